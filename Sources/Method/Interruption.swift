import Training

/// Work that stopped because it was asked to, and goes on where it was when it is asked again.
public enum Interruption: Error, CustomStringConvertible, Equatable {
    /// A stage, saved after a step; the epoch is counted from 0.
    case training(epoch: Int, step: Int, run: String)
    /// A measurement, of which finished trainings are kept.
    case measurement(folder: String)
    /// The method between two steps, the results of which are kept.
    case method(run: String)
    /// A study, which keeps what it finished.
    case study

    /// What is kept, in one line.
    public var description: String {
        switch self {
        case .training(let epoch, let step, let run):
            "interrupted in epoch \(epoch + 1) after step \(step); saved in \(run): "
                + "give the same command again to continue"
        case .measurement(let folder):
            "interrupted; finished trainings are kept in \(folder): give the same command again to continue"
        case .method(let run):
            "interrupted; all finished steps are kept in \(run): give the same command again to continue"
        case .study: "interrupted; give the same command again to continue"
        }
    }
}
