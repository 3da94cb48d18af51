/// Something that happened in a run, told to everyone who watches it.
public enum TrainingEvent: Sendable {
    /// The loop starts, at an epoch and step (both from 0) that are not 0 when the run continues.
    case began(stage: TrainingStage, epoch: Int, epochs: Int, step: Int)
    /// A step is done; the loss of every task that took part.
    case stepped(epoch: Int, step: Int, steps: Int, losses: [String: Double])
    /// An epoch is done.
    case epochEnded(EpochRecord, epochs: Int)
    /// A checkpoint is complete.
    case saved(path: String)
    /// How long the loop of this process took, validation included, and how much of that it waited for batches.
    case measured(loop: Duration, waitingForData: Duration)
    /// The loop is done.
    case finished(stage: TrainingStage, bestEpoch: Int?, score: Double?)
}
