import HighMMT

/// The groups of streams and pairs that share parameters in a stage, and the pairs that the model
/// keeps.
public struct StageGroups: Equatable, Sendable {
    /// The groups of streams and pairs.
    public var sharing: Sharing
    /// The names `task/first+second` of the pairs in the crossmodal blocks; `nil` keeps all.
    public var keptPairs: [String]?

    /// Creates the groups of a stage.
    public init(sharing: Sharing, keptPairs: [String]? = nil) {
        self.sharing = sharing
        self.keptPairs = keptPairs
    }
}
