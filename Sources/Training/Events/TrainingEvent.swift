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
    /// Metric → value. An undefined one (an AUROC of one class only) is left out.
    public var metrics: [String: Double]
}

/// One who watches a run.
public protocol TrainingObserver: AnyObject {
    /// Hears of an event.
    ///
    /// - Throws: an error when the event cannot be recorded; the run stops then.
    func observe(_ event: TrainingEvent) throws
}
