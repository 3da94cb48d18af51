import Training

/// Work that stopped on request and resumes when the same call is repeated.
public enum Interruption: Error, CustomStringConvertible, Equatable {
    /// A stage, saved after a step. The epoch is counted from 0.
    case training(epoch: Int, step: Int, run: String)
    /// A measurement, whose finished trainings are kept.
    case measurement(folder: String)
    /// The method, between two steps. The results of finished steps are kept.
    case method(run: String)
    /// A study, which keeps its finished work.
    case study

    /// The message, in one line: what is kept, and how to resume.
    public var description: String {
        switch self {
        case .training(let epoch, let step, let run):
            "interrupted in epoch \(epoch + 1) after step \(step); saved in \(run): "
                + "run the same command again to continue"
        case .measurement(let folder):
            "interrupted; finished trainings are kept in \(folder): run the same command again to continue"
        case .method(let run):
            "interrupted; all finished steps are kept in \(run): run the same command again to continue"
        case .study: "interrupted; run the same command again to continue"
        }
    }
}
