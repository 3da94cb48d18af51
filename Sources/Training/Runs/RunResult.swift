import Files
import Foundation
import Multimodal
import Torch

/// The scores of a run on a split.
public struct RunResult: Codable, Equatable, Sendable {
    /// The result of one task.
    public struct TaskResult: Codable, Equatable, Sendable {
        /// The loss and the metrics.
        public var scores: TaskScores
        /// The metrics of the task, the primary one first.
        public var metrics: [Metric]
        /// Metric → score of a constant prediction, which uses no input.
        public var chance: [String: Double]
    }

    /// The name of the suite.
    public var suite: String
    /// The split that was scored.
    public var split: Split
    /// The seed of the run.
    public var seed: UInt64
    /// The number of trainable parameters of the model.
    public var parameters: Int
    /// Task → result.
    public var tasks: [String: TaskResult]
    /// The suite score over these tasks, see ``SuiteScore``; `nil` when no task contributes to it.
    public var score: Double?
    /// The conditions under which the inputs were read; `nil` for the original inputs.
    public var conditions: InputConditions?
    /// The tasks that were not scored because the conditions leave them no modality; `nil` when all
    /// were.
    public var leftOut: [String]?
    /// The lines on what was not learned; `nil` when there is nothing to note.
    public var notes: [String]?
    /// The median duration of an epoch in seconds, validation included. It is set for display only,
    /// since results in files contain no times.
    public var secondsPerEpoch: Double?
    /// The version of the program that scored the run.
    public var version = ProjectVersion.number
    /// The version of LibTorch that the program used.
    public var libtorch = LibTorch.version

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

    /// Writes the result as JSON.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        try JSONFile.writeChecked(self, to: path)
    }
}
