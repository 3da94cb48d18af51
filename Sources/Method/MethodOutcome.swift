import Training

/// The result of the whole method: the scores of all stages.
public struct MethodOutcome: Codable, Equatable, Sendable {
    /// Stage → its scores, on the test splits or, without them, on the validation splits.
    public var stages: [TrainingStage: RunResult] = [:]
    /// The pairs that the pruned model leaves out; `nil` when no pruned model was requested.
    public var leftOut: [String]?
    /// The times of inference of the trained stages.
    public var speed: RunSpeed?
}
