import HighMMT

/// Which streams and pairs share parameters in a stage, and which pairs meet at all.
public struct StageGroups: Equatable, Sendable {
    /// The groups of streams and pairs.
    public var sharing: Sharing
    /// The names `task/first+second` of the pairs that meet; every pair when nothing is given.
    public var keptPairs: [String]?

    /// Names both.
    public init(sharing: Sharing, keptPairs: [String]? = nil) {
        self.sharing = sharing
        self.keptPairs = keptPairs
    }
}
