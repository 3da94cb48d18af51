/// A task: a target to predict from modalities of a dataset.
public struct SuiteTask: Hashable, Sendable, Encodable {
    /// The name of the dataset within the suite.
    public var dataset: String
    /// The name of the target within the dataset.
    public var target: String
    /// The names of the modalities within the dataset; `nil` uses all.
    public var modalities: [String]?
    /// The weight of the task's loss in the sum.
    public var weight: Double
    /// The number of rows per step; `nil` uses the suite's `training.batch`.
    public var batch: Int?
    /// The metrics, of which the first selects the best parameters; `nil` uses the defaults of the
    /// target.
    public var metrics: [Metric]?
    /// The probability with which training drops each modality of a sample; `nil` uses the suite's
    /// `training.modality_dropout`.
    public var modalityDropout: Double?
    /// The weights of classes in the loss of training; `nil` weighs all rows alike.
    public var classWeights: ClassWeights?
    /// The name of a target of the dataset, one number, that weighs each row in the loss of
    /// training.
    public var sampleWeights: String?
    /// The role: training with the other tasks, or transfer.
    public var role: TaskRole

    enum CodingKeys: String, CodingKey {
        case dataset, target, modalities, weight, batch, metrics, role
        case modalityDropout = "modality_dropout"
        case classWeights = "class_weights"
        case sampleWeights = "sample_weights"
    }

    init(_ reader: ConfigurationReader) throws {
        dataset = try reader.string("dataset")
        target = try reader.string("target")
        modalities = reader.has("modalities") ? try reader.strings("modalities") : nil
        weight = try reader.number("weight", in: 0...1e9, default: 1)
        batch = try reader.optionalInteger("batch", in: 1...1_000_000)
        metrics = try reader.choices("metrics")
        modalityDropout = try reader.optionalNumber("modality_dropout", in: ModalityDropout.shares)
        classWeights = reader.has("class_weights") ? try ClassWeights(reader, "class_weights") : nil
        sampleWeights = try reader.optionalString("sample_weights")
        role = try reader.choice("role", default: .train)
        if let modalities, modalities.isEmpty || Set(modalities).count != modalities.count {
            throw reader.failure("modalities", "expected at least one name and no duplicates")
        }
        if let metrics, metrics.isEmpty { throw reader.failure("metrics", "expected at least one") }
    }
}
