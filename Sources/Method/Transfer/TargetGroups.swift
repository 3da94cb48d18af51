import HighMMT
import Multimodal
import Torch
import Training

/// The groups of a source model that the streams and pairs of new tasks join.
public struct TargetGroups: Codable, Equatable, Sendable {
    /// The choice for one stream or pair.
    public struct Choice: Codable, Equatable, Sendable {
        /// The group.
        public var group: Int
        /// True when the user asked for the group.
        public var isGiven: Bool
        /// Group → the mean squared error of a probe on held-out training rows; empty when nothing
        /// was probed.
        public var losses: [Int: Double] = [:]
    }

    /// Stream `task/modality` → its choice.
    public var streams: [String: Choice] = [:]
    /// Pair `task/first+second` → its choice.
    public var pairs: [String: Choice] = [:]

    /// The groups in the form that a model takes.
    var sharing: Sharing {
        Sharing(encoders: streams.mapValues(\.group), crossmodal: pairs.mapValues(\.group))
    }

    /// Chooses the groups.
    ///
    /// A group that is not given is the nearest: the one whose features predict the new task best,
    /// by ridge regression, in folds of the training rows that were held out. Only rows with a
    /// label that training sees are used. Pairs are probed after streams.
    ///
    /// - Parameters:
    ///   - suite: The suite of the new tasks.
    ///   - tasks: Its opened tasks.
    ///   - source: The source.
    ///   - given: Stream or pair → a group number of the source, or one of its streams or pairs.
    /// - Throws: `ConfigurationError` when a given stream, pair or group does not exist; an error
    ///   that names the file when rows cannot be read.
    public init(
        for suite: Suite, tasks: [OpenedTask], source: SourceModel, given: [String: String] = [:]
    ) throws {
        try self.init(given: given, for: suite, tasks: tasks, source: source)
        let shapes = suite.taskShapes(of: tasks)
        let streamNames = shapes.flatMap { $0.streams.map(\.description) }
        let pairNames = Self.pairNames(shapes)
        let probe = GroupProbe(suite: suite, tasks: tasks, source: source)
        func choice(_ groups: [Int], _ losses: (Int) throws -> Double?) throws -> Choice {
            guard groups.count > 1 else { return Choice(group: groups.first ?? 0, isGiven: false) }
            let found = try groups.reduce(into: [Int: Double]()) { $0[$1] = try losses($1) }
            let nearest = groups.min { (found[$0] ?? .infinity, $0) < (found[$1] ?? .infinity, $1) }
            return Choice(group: nearest ?? groups[0], isGiven: false, losses: found)
        }
        let encoders = try probe.streamLosses(source.encoderGroups, streams: streamNames.filter { streams[$0] == nil })
        for name in streamNames where streams[name] == nil {
            streams[name] = try choice(source.encoderGroups) { encoders[$0]?[name] }
        }
        let blocks = try probe.pairLosses(
            source.crossmodalGroups, pairs: pairNames.filter { pairs[$0] == nil }, encoders: sharing.encoders)
        for name in pairNames where pairs[name] == nil {
            pairs[name] = try choice(source.crossmodalGroups) { blocks[$0]?[name] }
        }
    }

    /// Takes only the groups that are given.
    ///
    /// - Throws: `ConfigurationError` when a given stream, pair or group does not exist.
    init(given: [String: String], for suite: Suite, tasks: [OpenedTask], source: SourceModel) throws {
        let pairNames = Self.pairNames(suite.taskShapes(of: tasks))
        for (name, group) in given.sorted(by: { $0.key < $1.key }) {
            try take(name, group, pairNames: pairNames, tasks: tasks, source: source)
        }
    }

    /// The groups that were given.
    var given: TargetGroups {
        var groups = self
        groups.streams = streams.filter(\.value.isGiven)
        groups.pairs = pairs.filter(\.value.isGiven)
        return groups
    }

    private static func pairNames(_ shapes: [TaskShape]) -> [String] {
        Set(shapes.flatMap { $0.pairs.map(\.description) }).sorted()
    }

    private mutating func take(
        _ name: String, _ group: String, pairNames: [String], tasks: [OpenedTask], source: SourceModel
    ) throws {
        func failure(_ groups: [Int]) -> ConfigurationError {
            ConfigurationError(
                file: "--group", key: name,
                reason: "no group '\(group)' in \(source.run.path), expected one of "
                    + groups.map(String.init).joined(separator: ", ") + " or a name from the source")
        }
        if pairNames.contains(name) {
            guard let number = source.crossmodalGroup(named: group) else { throw failure(source.crossmodalGroups) }
            pairs[name] = Choice(group: number, isGiven: true)
            return
        }
        guard let number = source.encoderGroup(named: group) else { throw failure(source.encoderGroups) }
        for stream in try StreamNames.streams(named: name, in: tasks, option: "--group") {
            streams[stream] = Choice(group: number, isGiven: true)
        }
    }
}
