/// Which streams share an encoder and which pairs share a crossmodal block.
///
/// Source: "Architecture", grouped model: |U| encoders, |C| crossmodal blocks, and a map from streams and pairs to them.
public struct Sharing: Codable, Equatable, Sendable {
    /// The group of each stream, keyed by `task/modality`; streams that are not named are in group 0.
    public var encoders: [String: Int]
    /// The group of each pair, keyed by `task/first+second`; pairs that are not named are in group 0.
    public var crossmodal: [String: Int]

    /// One encoder and one crossmodal block for everything.
    public static let all = Sharing(encoders: [:], crossmodal: [:])

    /// Names both maps.
    public init(encoders: [String: Int], crossmodal: [String: Int]) {
        self.encoders = encoders
        self.crossmodal = crossmodal
    }

    /// An encoder of its own for every stream and a crossmodal block of its own for every pair.
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

    /// The group of a stream.
    public func group(of stream: Stream) -> Int { encoders[stream.description] ?? 0 }

    /// The group of a pair.
    public func group(of pair: StreamPair) -> Int { crossmodal[pair.description] ?? 0 }

    /// Checks that every name is known and no group is negative.
    ///
    /// - Throws: ``ModelError`` that names the stream or pair.
    func validate(_ tasks: [TaskShape]) throws {
        let streams = Set(tasks.flatMap { $0.streams.map(\.description) })
        let pairs = Set(tasks.flatMap { $0.pairs.map(\.description) })
        for (kind, groups, known) in [("stream", encoders, streams), ("pair", crossmodal, pairs)] {
            for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
                guard known.contains(name) else {
                    throw ModelError("the groups name the \(kind) '\(name)', which no task has")
                }
                guard group >= 0 else {
                    throw ModelError("the group of the \(kind) '\(name)' is \(group); expected 0 or more")
                }
            }
        }
    }
}
