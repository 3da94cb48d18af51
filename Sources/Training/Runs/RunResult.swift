import Foundation
import Multimodal
import Torch

/// What the tasks of a run score on a split.
public struct RunResult: Codable, Equatable, Sendable {
    /// What one task scores.
    public struct TaskResult: Codable, Equatable, Sendable {
        /// Loss and metrics.
        public var scores: TaskScores
        /// The metrics, the one that counts first.
        public var metrics: [Metric]
        /// Metric → what is scored without looking at any input.
        public var chance: [String: Double]
    }

    /// The name of the suite.
    public var suite: String
    /// The split.
    public var split: Split
    /// The seed of the run.
    public var seed: UInt64
    /// Parameters of the model.
    public var parameters: Int
    /// Task → what it scores.
    public var tasks: [String: TaskResult]
    /// The version of this program.
    public var version = ProjectVersion.number
    /// The version of LibTorch.
    public var libtorch = Library.version

    /// A table for people: the first metric of each task, beside what is scored without looking.
    public var text: String {
        let name = max(4, tasks.keys.map(\.count).max() ?? 0)
        func row(_ columns: [String]) -> String {
            let first = columns[0].padding(toLength: name, withPad: " ", startingAt: 0)
            return ([first] + columns.dropFirst().map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 })
                .joined(separator: " ")
        }
        var lines = [row(["task", "metric", split.rawValue, "chance", "samples"])]
        for (task, result) in tasks.sorted(by: { $0.key < $1.key }) {
            for metric in result.metrics {
                guard let value = result.scores.metrics[metric.rawValue] else { continue }
                let chance = result.chance[metric.rawValue].map { String(format: "%.3f", $0) } ?? "-"
                lines.append(
                    row([task, metric.rawValue, String(format: "%.3f", value), chance, "\(result.scores.samples)"]))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Writes the result as JSON.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try AtomicFile.write(Array(try encoder.encode(self)), to: path)
    }
}
