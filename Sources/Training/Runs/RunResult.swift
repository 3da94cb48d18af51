import Files
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
    /// The score of the suite over these tasks; see ``SuiteScore``.
    public var score: Double?
    /// Under what conditions the inputs were read; as they are when nothing is given.
    public var conditions: InputConditions?
    /// Tasks that are not scored because the conditions leave them no modality.
    public var leftOut: [String]?
    /// What was noticed of the training, one line each; nothing when all is well.
    public var notes: [String]?
    /// The median time of an epoch, validation included. No file of a run but `timing.json` holds times: this is filled in where
    /// a result is shown.
    public var secondsPerEpoch: Double?
    /// The version of this program.
    public var version = ProjectVersion.number
    /// The version of LibTorch.
    public var libtorch = Library.version

    init(
        suite: String, split: Split, seed: UInt64, parameters: Int, tasks: [String: TaskResult],
        conditions: InputConditions? = nil, leftOut: [String]? = nil
    ) {
        self.suite = suite
        self.split = split
        self.seed = seed
        self.parameters = parameters
        self.tasks = tasks
        score = SuiteScore.value(tasks)
        self.conditions = conditions
        self.leftOut = leftOut
    }

    /// A table for people: the metrics of each task beside what is scored without looking, and the score of the suite.
    public var text: String {
        let name = max(11, tasks.keys.map(\.count).max() ?? 0)
        func row(_ columns: [String]) -> String {
            let first = columns[0].padding(toLength: name, withPad: " ", startingAt: 0)
            return ([first] + columns.dropFirst().map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 })
                .joined(separator: " ")
        }
        var lines = [row(["task", "metric", split.rawValue, "chance", "samples"])]
        for (task, result) in tasks.sorted(by: { $0.key < $1.key }) {
            for metric in result.metrics {
                let chance = result.chance[metric.rawValue].map { String(format: "%.3f", $0) } ?? "-"
                let value = result.scores.metrics[metric.rawValue].map { String(format: "%.3f", $0) } ?? "undefined"
                lines.append(row([task, metric.rawValue, value, chance, "\(result.scores.samples)"]))
            }
        }
        if let score { lines.append(row(["suite score", "", String(format: "%.3f", score)])) }
        if let leftOut { lines.append("left out, no modality remains: \(leftOut.joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    /// Writes the result as JSON.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        try JSONFile.write(self, to: path)
    }
}
