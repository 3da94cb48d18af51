/// The groups of streams that share an encoder and of pairs that share a crossmodal block.
///
/// Source: the heterogeneity-aware model of Liang et al. 2023, with |U| encoders, |C| crossmodal
/// blocks and a map from streams and pairs to them.
public struct Sharing: Codable, Equatable, Sendable {
    /// The group of each stream, keyed by `task/modality`. Streams without an entry are in group 0.
    public var encoders: [String: Int]
    /// The group of each pair, keyed by `task/first+second`. Pairs without an entry are in group 0.
    public var crossmodal: [String: Int]

    /// One encoder and one crossmodal block for all streams and pairs.
    public static let all = Sharing(encoders: [:], crossmodal: [:])

    /// Creates groups from both maps.
    public init(encoders: [String: Int], crossmodal: [String: Int]) {
        self.encoders = encoders
        self.crossmodal = crossmodal
    }

    /// Returns a separate encoder for every stream and a separate crossmodal block for every pair.
    public static func none(_ tasks: [TaskShape]) -> Sharing {
        func numbered(_ names: [String]) -> [String: Int] {
            var groups: [String: Int] = [:]
            for name in names where groups[name] == nil { groups[name] = groups.count }
            return groups
        }
        return Sharing(
            encoders: numbered(tasks.flatMap { $0.streams.map(\.description) }),
            crossmodal: numbered(tasks.flatMap { $0.pairs.map(\.description) }))
    }

    /// Returns the group of a stream.
    public func group(of stream: ModalityStream) -> Int { encoders[stream.description] ?? 0 }

    /// Returns the group of a pair.
    public func group(of pair: StreamPair) -> Int { crossmodal[pair.description] ?? 0 }

    /// Checks that all names exist in the tasks and that no group is negative.
    ///
    /// - Throws: ``ModelError`` with the name of the stream or pair.
    func validate(_ tasks: [TaskShape]) throws {
        let streams = Set(tasks.flatMap { $0.streams.map(\.description) })
        let pairs = Set(tasks.flatMap { $0.pairs.map(\.description) })
        for (kind, groups, existing) in [("stream", encoders, streams), ("pair", crossmodal, pairs)] {
            for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
                guard existing.contains(name) else {
                    throw ModelError("the groups contain the \(kind) '\(name)', which no task has")
                }
                guard group >= 0 else {
                    throw ModelError("the group of the \(kind) '\(name)' is \(group); expected 0 or more")
                }
            }
        }
    }
}
