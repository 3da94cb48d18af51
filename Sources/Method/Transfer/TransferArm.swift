/// A start of the model of new tasks. All arms train the same model with the same recipe.
public enum TransferArm: String, CaseIterable, Codable, Sendable {
    /// The encoders and crossmodal blocks of the source, all fine-tuned.
    case fineTuned = "fine-tuned"
    /// The same start, with encoders that keep their parameters.
    case frozenEncoder = "frozen-encoder"
    /// Random parameters.
    case fromScratch = "from-scratch"
    /// The shared model before grouping: stage 1 of the source. It exists only if the source has
    /// groups.
    case beforeGrouping = "before-grouping"
}
