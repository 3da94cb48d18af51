import Foundation
import Multimodal
import Training

/// What the whole method ends with: the scores of its stages beside each other.
struct SuiteOutcome: Encodable {
    /// Stage → its scores on the test splits.
    private(set) var stages: [String: RunResult] = [:]
    /// The pairs that the pruned model does without; nothing when it was not asked for.
    var leftOut: [String]?
    /// How long inference takes.
    var speed: RunSpeed?

    mutating func add(_ result: RunResult, of stage: TrainingStage) { stages[stage.rawValue] = result }

    /// A table for people: every metric, the suite score, parameters and speed, a column for every stage.
    var text: String {
        let results = TrainingStage.allCases.compactMap { stage in stages[stage.rawValue].map { (stage.rawValue, $0) } }
        guard let first = results.first?.1 else { return "" }
        var table = TextTable(header: ["task", "", "samples", "chance"] + results.map(\.0))
        func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }
        for (task, own) in first.tasks.sorted(by: { $0.key < $1.key }) {
            for metric in own.metrics {
                let values = results.map { number($0.1.tasks[task]?.scores.metrics[metric.rawValue]) }
                table.add(
                    [task, metric.rawValue, "\(own.scores.samples)", number(own.chance[metric.rawValue])] + values)
            }
        }
        table.add(["suite score", "", "", ""] + results.map { number($0.1.score) })
        table.add(["parameters", "", "", ""] + results.map { "\($0.1.parameters)" })
        for task in first.tasks.keys.sorted() {
            let times = results.map { speed?.stages[$0.0]?.milliseconds[task] }
            guard times.contains(where: { $0 != nil }) else { continue }
            table.add([task, "ms per sample", "", ""] + times.map(number))
        }
        return ([table.text] + notes).joined(separator: "\n")
    }

    private var notes: [String] {
        let time = speed.map { "times: inference, CPU, \($0.threads) threads, batches of \($0.batch), median" }
        let pruning = leftOut.map { pairs in
            pairs.isEmpty
                ? "pruned: no pair could be left out"
                : "pruned: stage 2 without \(pairs.count) pairs that add nothing: \(pairs.joined(separator: " "))"
        }
        return [time, pruning].compactMap { $0 }
    }
}
