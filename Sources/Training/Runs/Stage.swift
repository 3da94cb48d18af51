/// One of the models that a run trains, with its groups.
public enum Stage: Equatable, Sendable {
    /// Stage 1: the groups of the suite, usually one for everything.
    case first
    /// Stage 2, heterogeneity-aware: every group starts from the weights of stage 1.
    case second(StageGroups)
    /// Stage 2 without the pairs of streams whose fusion adds nothing, for comparison with the full
    /// stage 2.
    case pruned(StageGroups)

    /// The name of the stage, which also names its folder and identifies it in files.
    public var name: TrainingStage {
        switch self {
        case .first: .first
        case .second: .second
        case .pruned: .pruned
        }
    }

    /// The groups of the stage; `nil` for stage 1, which uses the groups of the suite.
    public var groups: StageGroups? {
        switch self {
        case .first: nil
        case .second(let groups), .pruned(let groups): groups
        }
    }
}
