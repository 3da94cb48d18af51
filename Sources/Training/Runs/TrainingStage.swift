/// The models that a run trains. The raw value is the name of the stage's folder and identifies the
/// stage in files.
public enum TrainingStage: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// Stage 1: the groups of the suite, usually one for everything.
    case first = "stage1"
    /// Stage 2, heterogeneity-aware: every group starts from the weights of stage 1 and is then
    /// trained separately.
    case second = "stage2"
    /// Stage 2 without the pairs of streams whose fusion adds nothing, also trained from stage 1.
    /// It exists for comparison with stage 2, and is used only on request.
    case pruned

    /// The stages of the method, in order. The latest trained one represents the run.
    static let ofMethod: [TrainingStage] = [.first, .second]
}
