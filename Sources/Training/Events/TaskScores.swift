/// The scores of a task on a split.
public struct TaskScores: Codable, Equatable, Sendable {
    /// The number of samples in the split.
    public var samples: Int
    /// The mean loss per sample, in nats for classification and labels.
    public var loss: Double
    /// Metric → value, without undefined metrics.
    public var metrics: [String: Double]
    /// The metrics that are undefined on the split, such as an AUROC of a single class; `null` in
    /// JSON.
    public var undefined: [String]

    enum CodingKeys: String, CodingKey { case samples, loss, metrics }

    /// Creates scores.
    public init(samples: Int, loss: Double, metrics: [String: Double], undefined: [String] = []) {
        self.samples = samples
        self.loss = loss
        self.metrics = metrics
        self.undefined = undefined
    }

    /// Decodes scores.
    ///
    /// - Throws: `DecodingError` when a key is missing or has another type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        samples = try container.decode(Int.self, forKey: .samples)
        loss = try container.decode(Double.self, forKey: .loss)
        let values = try container.decode([String: Double?].self, forKey: .metrics)
        metrics = values.compactMapValues { $0 }
        undefined = values.filter { $0.value == nil }.keys.sorted()
    }

    /// Encodes the scores.
    ///
    /// - Throws: `EncodingError` when a value is not finite.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(samples, forKey: .samples)
        try container.encode(loss, forKey: .loss)
        var values = metrics.mapValues { Double?.some($0) }
        for name in undefined { values.updateValue(nil, forKey: name) }
        try container.encode(values, forKey: .metrics)
    }
}
