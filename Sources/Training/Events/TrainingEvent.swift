import Multimodal

/// Something that happened in a run, told to everyone who watches it.
public enum TrainingEvent: Sendable {
    /// The loop starts, at an epoch and step (both from 0) that are not 0 when the run continues.
    case began(stage: String, epoch: Int, epochs: Int, step: Int)
    /// A step is done; the loss of every task that took part.
    case stepped(epoch: Int, step: Int, steps: Int, losses: [String: Double])
    /// An epoch is done.
    case epochEnded(EpochRecord, epochs: Int)
    /// A checkpoint is complete.
    case saved(path: String)
    /// How long the loop of this process took, validation included, and how much of that it waited for batches.
    case measured(loop: Duration, waitingForData: Duration)
    /// The loop is done.
    case finished(stage: String, bestEpoch: Int?, score: Double?)
}

/// What is written down of an epoch. It holds no times, so that the same seed gives the same record.
public struct EpochRecord: Codable, Equatable, Sendable {
    /// The stage of training.
    public var stage: String
    /// The epoch, from 1.
    public var epoch: Int
    /// Task → mean training loss over the epoch's batches.
    public var trainingLoss: [String: Double]
    /// Task → its scores on the validation split.
    public var validation: [String: TaskScores]
    /// The sum over tasks of the first metric, signed so that higher is better.
    public var score: Double
    /// Whether the score is the best so far.
    public var isBest: Bool
}

/// What a task scores on a split.
public struct TaskScores: Codable, Equatable, Sendable {
    /// Samples of the split.
    public var samples: Int
    /// The mean loss, in nats for classes and labels.
    public var loss: Double
    /// Metric → value; undefined ones are not in it.
    public var metrics: [String: Double]
    /// Metrics that the split does not define, such as an AUROC of one class only; null in JSON.
    public var undefined: [String]

    enum CodingKeys: String, CodingKey { case samples, loss, metrics }

    /// Names all parts.
    public init(samples: Int, loss: Double, metrics: [String: Double], undefined: [String] = []) {
        self.samples = samples
        self.loss = loss
        self.metrics = metrics
        self.undefined = undefined
    }

    /// Reads scores.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        samples = try container.decode(Int.self, forKey: .samples)
        loss = try container.decode(Double.self, forKey: .loss)
        let values = try container.decode([String: Double?].self, forKey: .metrics)
        metrics = values.compactMapValues { $0 }
        undefined = values.filter { $0.value == nil }.keys.sorted()
    }

    /// Writes scores.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(samples, forKey: .samples)
        try container.encode(loss, forKey: .loss)
        var values = metrics.mapValues { Double?.some($0) }
        for name in undefined { values.updateValue(nil, forKey: name) }
        try container.encode(values, forKey: .metrics)
    }
}

/// One who watches a run.
public protocol TrainingObserver: AnyObject {
    /// Hears of an event.
    ///
    /// - Throws: an error when the event cannot be recorded; the run stops then.
    func observe(_ event: TrainingEvent) throws
}
