import Training

/// The scores of a run as a table: each task's metrics with their chance levels, and the suite
/// score.
struct RunResultText {
    private let result: RunResult

    init(_ result: RunResult) { self.result = result }

    var text: String {
        var table = TextTable(
            header: ["task", "metric", result.split.rawValue, "chance", "samples"], minimumWidths: [11, 9, 9, 9, 9],
            gap: " ")
        for (task, scored) in result.tasks.sorted(by: { $0.key < $1.key }) {
            for metric in scored.metrics {
                let value = scored.scores.metrics[metric.rawValue]
                table.add([
                    task, metric.rawValue, value.map { number($0) } ?? "undefined",
                    number(scored.chance[metric.rawValue]),
                    "\(scored.scores.samples)",
                ])
            }
        }
        if let score = result.score { table.add(["suite score", "", number(score)]) }
        let leftOut = result.leftOut.map { ["left out, no modality remains: \($0.joined(separator: ", "))"] }
        return (table.lines + (leftOut ?? [])).joined(separator: "\n")
    }
}
