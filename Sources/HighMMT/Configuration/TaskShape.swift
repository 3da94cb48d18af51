/// The streams and the output width of a task, which is all that the model needs to know about it.
public struct TaskShape: Codable, Equatable, Sendable {
    /// The name of the task.
    public var name: String
    /// The modalities of the task, sorted by name.
    public var modalities: [ModalityShape]
    /// The number of values that the head gives per sample: classes, labels or regression
    /// components.
    public var outputs: Int
    /// The pairs that go through the crossmodal block, as sorted names `task/first+second`. `nil`
    /// keeps all pairs.
    public var keptPairs: [String]?

    /// Creates a task and sorts its modalities by name.
    public init(name: String, modalities: [ModalityShape], outputs: Int, keptPairs: [String]? = nil) {
        self.keptPairs = keptPairs
        self.name = name
        self.modalities = modalities.sorted { $0.name < $1.name }
        self.outputs = outputs
    }

    /// The streams of the task, in the order of its modalities.
    public var streams: [Stream] { modalities.map { Stream(task: name, modality: $0.name) } }

    /// The ordered pairs of different streams that go through the crossmodal block.
    ///
    /// They are sorted by query, then by context, in the order of ``streams``.
    public var pairs: [StreamPair] {
        let all = streams.flatMap { first in
            streams.filter { $0 != first }.map { StreamPair(query: first, context: $0) }
        }
        return keptPairs.map { kept in all.filter { kept.contains($0.description) } } ?? all
    }
}

/// One modality of one task.
public struct Stream: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The name of the task.
    public var task: String
    /// The name of the modality.
    public var modality: String

    /// Creates a stream from the names of its task and modality.
    public init(task: String, modality: String) {
        self.task = task
        self.modality = modality
    }

    /// The name `task/modality`.
    public var description: String { "\(task)/\(modality)" }
}

/// Two different streams of one task. The latents of the query attend to those of the context.
public struct StreamPair: Hashable, Sendable, CustomStringConvertible {
    /// The stream whose latents are the queries.
    public var query: Stream
    /// The stream whose latents are the keys and values.
    public var context: Stream

    /// Creates an ordered pair.
    public init(query: Stream, context: Stream) {
        self.query = query
        self.context = context
    }

    /// The name `task/first+second`, with the modalities sorted by name. Both directions therefore
    /// share their parameters.
    public var description: String {
        let names = [query.modality, context.modality].sorted()
        return "\(query.task)/\(names[0])+\(names[1])"
    }
}
