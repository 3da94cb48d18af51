/// The record of an epoch. It holds no times, so that the same seed gives the same record.
public struct EpochRecord: Codable, Equatable, Sendable {
    /// The stage of training.
    public var stage: TrainingStage
    /// The number of the epoch, counted from 1.
    public var epoch: Int
    /// Task → mean training loss over the batches of the epoch.
    public var trainingLoss: [String: Double]
    /// Task → the factor of its loss during the epoch; `nil` when all were 1.
    public var lossFactors: [String: Double]?
    /// Task → its scores on the validation split.
    public var validation: [String: TaskScores]
    /// The number of steps that were left out because a value was not finite; `nil` for none.
    public var skipped: Int?
    /// The score of the epoch on the validation split, by the suite's `training.keep`: the mean
    /// over tasks of the explained share of the loss of chance, or the sum of the first metrics,
    /// signed so that higher is better.
    public var score: Double
    /// True when the score is the best so far.
    public var isBest: Bool
}
