import Method
import Training

/// The stages of the method side by side: metrics, suite score, parameters and speed, with a column
/// per stage.
struct MethodOutcomeText {
    private let outcome: MethodOutcome

    init(_ outcome: MethodOutcome) { self.outcome = outcome }

    var text: String {
        let stages = TrainingStage.allCases.filter { outcome.stages[$0] != nil }
        let results = stages.compactMap { outcome.stages[$0] }
        guard let first = results.first else { return "" }
        var table = TextTable(header: ["task", "", "samples", "chance"] + stages.map(\.rawValue))
        for (task, scored) in first.tasks.sorted(by: { $0.key < $1.key }) {
            for metric in scored.metrics {
                let values = results.map { number($0.tasks[task]?.scores.metrics[metric.rawValue]) }
                table.add(
                    [task, metric.rawValue, "\(scored.scores.samples)", number(scored.chance[metric.rawValue])] + values
                )
            }
        }
        table.add(["suite score", "", "", ""] + results.map { number($0.score) })
        table.add(["parameters", "", "", ""] + results.map { "\($0.parameters)" })
        for task in first.tasks.keys.sorted() {
            let times = stages.map { outcome.speed?.stages[$0]?.milliseconds[task] }
            guard times.contains(where: { $0 != nil }) else { continue }
            table.add([task, "ms per sample", "", ""] + times.map { number($0) })
        }
        return (table.lines + notes).joined(separator: "\n")
    }

    private var notes: [String] {
        let isValidated = outcome.stages.values.contains { $0.split == .valid }
        let time = outcome.speed.map { "times: inference, CPU, \($0.threads) threads, batches of \($0.batch), median" }
        let pruning = outcome.leftOut.map { pairs in
            pairs.isEmpty
                ? "pruned: no pair to omit"
                : "pruned: stage 2 without \(pairs.count) pairs that add nothing: \(pairs.joined(separator: " "))"
        }
        return [isValidated ? "scores: validation splits" : nil, time, pruning].compactMap { $0 }
    }
}
