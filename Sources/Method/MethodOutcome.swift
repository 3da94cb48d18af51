import Training

/// What the whole method ends with: the scores of its stages beside each other.
public struct MethodOutcome: Codable, Equatable, Sendable {
    /// Stage → its scores on the test splits.
    public var stages: [TrainingStage: RunResult] = [:]
    /// The pairs that the pruned model does without; nothing when it was not asked for.
    public var leftOut: [String]?
    /// How long inference takes.
    public var speed: RunSpeed?
}
