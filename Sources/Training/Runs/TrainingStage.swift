/// The two stages of training; the raw value names the stage's folder.
public enum TrainingStage: String, CaseIterable, Codable, Sendable {
    /// Homogeneous: the groups of the suite, usually one for everything.
    case first = "stage1"
    /// Heterogeneity-aware: every group starts from the weights of stage 1, then they go separate ways.
    case second = "stage2"
}
