/// The scores of one simple model on one task.
public struct FloorScore: Codable, Equatable, Sendable {
    /// The setting that scores best on the validation split.
    public var setting: String
    /// The metric on the validation split.
    public var validation: Double
    /// Metric → value on the test split.
    public var test: [String: Double]

    /// Creates a score.
    public init(setting: String, validation: Double, test: [String: Double]) {
        self.setting = setting
        self.validation = validation
        self.test = test
    }
}
