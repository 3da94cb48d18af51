/// The scores of a task on a split.
public struct TaskScores: Codable, Equatable, Sendable {
    /// The number of samples in the split.
    public var samples: Int
    /// The mean loss per sample, in nats for classification and labels.
    public var loss: Double
    /// Metric → value, without undefined metrics, such as an AUROC of a single class.
    public var metrics: [String: Double]
}
