import Multimodal

/// Which of the two heterogeneities is measured.
public enum HeterogeneityKind: String, CaseIterable, Codable, Sendable {
    /// Between streams: predictors of one modality, which share an encoder (M_U).
    case modalities
    /// Between pairs of streams: predictors of two modalities, which share an encoder and a crossmodal block (M_C).
    case interactions

    /// The entries that are compared: the streams of some tasks, or their pairs of streams.
    public func entries(of tasks: [OpenedTask]) -> [TransferEntry] {
        self == .modalities ? TransferEntry.streams(of: tasks) : TransferEntry.pairs(of: tasks)
    }
}
