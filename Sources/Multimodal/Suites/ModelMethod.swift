/// The kind of model that a suite trains: HighMMT, a special case of it, or a prior method.
public enum ModelMethod: String, NamedChoice {
    /// HighMMT with the groups of the suite.
    case highmmt
    /// HighMMT with one encoder and one crossmodal block for everything, whatever the groups: a
    /// Perceiver that shares all parameters.
    case shareAll = "share-all"
    /// HighMMT whose tasks share nothing: an encoder and a crossmodal block per task.
    case singleTask = "single-task"
    /// A separate network per task that reads its best modality alone.
    case unimodal
    /// A separate transformer per task over the tokens of all modalities.
    case earlyFusion = "early-fusion"
    /// A separate network per task with an encoder per modality, by its kind.
    case lateFusion = "late-fusion"
    /// The same encoders, fused by a low-rank tensor product.
    case lowRankFusion = "low-rank-fusion"
    /// A separate multimodal transformer (MulT) per task.
    case multimodalTransformer = "mult"

    /// True when tasks share no parameters, so that each keeps its own best epoch.
    public var separatesTasks: Bool { self != .highmmt && self != .shareAll }

    /// True for HighMMT and its special cases.
    public var isHighMMT: Bool { [.highmmt, .shareAll, .singleTask].contains(self) }
}
