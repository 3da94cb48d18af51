/// An event of a training run, sent to its observers.
public enum TrainingEvent: Sendable {
    /// The training loop starts. A resumed run starts at an epoch or step other than 0; both are
    /// counted from 0.
    case began(stage: TrainingStage, epoch: Int, epochs: Int, step: Int)
    /// Files of the run are damaged, and training resumes from an earlier checkpoint. The text says
    /// which files and which checkpoint.
    case recovered(String)
    /// A step has ended, with the loss of every task that took part.
    case stepped(epoch: Int, step: Int, steps: Int, losses: [String: Double])
    /// A step was left out because a value was not finite, as the text says.
    case skipped(String)
    /// The updates of an epoch have ended; its validation follows.
    case updated(EpochUpdates)
    /// An epoch has ended.
    case epochEnded(EpochRecord, epochs: Int)
    /// A checkpoint has been written.
    case saved(path: String)
    /// The duration of the loop in this process, validation included, and the part of it spent
    /// waiting for batches, and for other processes and their messages.
    case measured(loop: Duration, waitingForData: Duration, waitingForRanks: Duration)
    /// The training loop has ended.
    case finished(stage: TrainingStage, bestEpoch: Int?, score: Double?)
}
