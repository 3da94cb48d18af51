/// What a task scores on a split.
public struct TaskScores: Codable, Equatable, Sendable {
    /// Samples of the split.
    public var samples: Int
    /// The mean loss, in nats for classes and labels.
    public var loss: Double
    /// Metric → value. An undefined one (an AUROC of one class only) is left out.
    public var metrics: [String: Double]
}
