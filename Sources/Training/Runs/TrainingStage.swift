/// The models that a run trains; the raw value names the stage's folder, and the stage in every file.
public enum TrainingStage: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// Homogeneous: the groups of the suite, usually one for everything.
    case first = "stage1"
    /// Heterogeneity-aware: every group starts from the weights of stage 1, then they go separate ways.
    case second = "stage2"
    /// Stage 2 once more, likewise from stage 1, without the pairs of streams whose fusion adds nothing. It stands beside stage
    /// 2 to be compared with it: nothing takes it for the run's model unless it is asked for.
    case pruned

    /// The stages of the method, of which the latest is the run's model.
    static let ofMethod: [TrainingStage] = [.first, .second]
}
