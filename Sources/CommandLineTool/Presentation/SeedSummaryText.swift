import Studies
import Training

/// A summary of several seeds as a table: the mean and standard error of every metric.
struct SeedSummaryText {
    private let summary: SeedSummary

    init(_ summary: SeedSummary) { self.summary = summary }

    var text: String {
        var table = TextTable(header: ["task", "metric", "mean", "standard error", "n"])
        let metrics = summary.runs.first?.tasks ?? [:]
        for (task, result) in metrics.sorted(by: { $0.key < $1.key }) {
            for metric in result.metrics {
                guard let mean = summary.tasks[task]?[metric.rawValue] else { continue }
                table.add([task, metric.rawValue] + columns(mean))
            }
        }
        if let score = summary.score { table.add(["suite score", ""] + columns(score)) }
        let seeds = summary.runs.map { "\($0.seed)" }.joined(separator: ", ")
        return "\(summary.suite), \(summary.runs.count) runs, seeds \(seeds)\n\(table.text)"
    }

    private func columns(_ mean: SeedSummary.Mean) -> [String] {
        [number(mean.mean), mean.standardError.map { "± " + number($0) } ?? "-", "\(mean.n)"]
    }
}
