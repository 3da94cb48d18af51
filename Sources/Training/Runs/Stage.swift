/// One of the models that a run trains, with the groups that it separates.
public enum Stage: Equatable, Sendable {
    /// Homogeneous: the groups of the suite, usually one for everything.
    case first
    /// Heterogeneity-aware: every group starts from the weights of stage 1.
    case second(StageGroups)
    /// Stage 2 once more without the pairs of streams whose fusion adds nothing, to be compared with it.
    case pruned(StageGroups)

    /// The name of the stage, of its folder and in every file.
    public var name: TrainingStage {
        switch self {
        case .first: .first
        case .second: .second
        case .pruned: .pruned
        }
    }

    /// The groups that it separates; nothing for stage 1, whose groups are the suite's.
    public var groups: StageGroups? {
        switch self {
        case .first: nil
        case .second(let groups), .pruned(let groups): groups
        }
    }
}
