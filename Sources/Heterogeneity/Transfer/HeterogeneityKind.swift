import Multimodal

/// The two kinds of heterogeneity.
public enum HeterogeneityKind: String, CaseIterable, Codable, Sendable {
    /// Between streams: M_U of the paper. Predictors of one modality transfer their encoder.
    case modalities
    /// Between pairs of streams: M_C of the paper. Predictors of two modalities transfer their
    /// encoder and crossmodal block.
    case interactions

    /// Returns the entries to compare: the streams of the tasks, or their pairs of streams.
    public func entries(of tasks: [OpenedTask]) -> [TransferEntry] {
        self == .modalities ? TransferEntry.streams(of: tasks) : TransferEntry.pairs(of: tasks)
    }
}
