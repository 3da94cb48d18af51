/// What is to be predicted from which inputs of which dataset.
public struct SuiteTask: Hashable, Sendable, Encodable {
    /// Name of the dataset within the suite.
    public var dataset: String
    /// Name of the target within the dataset.
    public var target: String
    /// Names of the modalities within the dataset; all of them, where absent.
    public var modalities: [String]?
    /// Factor of the task's loss in the sum.
    public var weight: Double
    /// Rows per step; the suite's `training.batch`, where absent.
    public var batch: Int?
    /// What the task is judged by; by the kind of its target, where absent. The first decides which parameters are best.
    public var metrics: [Metric]?
    /// Share of the modalities that its samples lose while training; the suite's `training.modality_dropout`, where absent.
    public var modalityDropout: Double?
    /// Whether it is trained with the others or kept for transfer.
    public var role: TaskRole

    enum CodingKeys: String, CodingKey {
        case dataset, target, modalities, weight, batch, metrics, role
        case modalityDropout = "modality_dropout"
    }

    init(_ reader: ConfigurationReader) throws {
        dataset = try reader.string("dataset")
        target = try reader.string("target")
        modalities = reader.has("modalities") ? try reader.strings("modalities") : nil
        weight = try reader.number("weight", in: 0...1e9, default: 1)
        batch = try reader.optionalInteger("batch", in: 1...1_000_000)
        metrics = try reader.choices("metrics")
        modalityDropout = try reader.optionalNumber("modality_dropout", in: ModalityDropout.shares)
        role = try reader.choice("role", default: .train)
        if let modalities, modalities.isEmpty || Set(modalities).count != modalities.count {
            throw reader.failure("modalities", "expected at least one name and none twice")
        }
        if let metrics, metrics.isEmpty { throw reader.failure("metrics", "expected at least one") }
    }
}
