/// The scores of one simple model on one task.
public struct FloorScore: Codable, Equatable, Sendable {
    /// The setting with the best validation score.
    public var setting: String
    /// The validation score of that setting, in the metric that chose it.
    public var validation: Double
    /// The test score in each metric.
    public var test: [String: Double]

    /// Creates a score.
    public init(setting: String, validation: Double, test: [String: Double]) {
        self.setting = setting
        self.validation = validation
        self.test = test
    }
}
