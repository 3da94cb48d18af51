/// Which of the two heterogeneities is measured.
public enum HeterogeneityKind: String, CaseIterable, Codable, Sendable {
    /// Between streams: predictors of one modality, which share an encoder (M_U).
    case modalities
    /// Between pairs of streams: predictors of two modalities, which share an encoder and a crossmodal block (M_C).
    case interactions
}
