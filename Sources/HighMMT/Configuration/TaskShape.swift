/// What the model knows of a task: its streams and the width of its result.
public struct TaskShape: Codable, Equatable, Sendable {
    /// The name of the task.
    public var name: String
    /// Its modalities. The model takes them in the order of their names.
    public var modalities: [ModalityShape]
    /// Numbers that the head gives per sample: classes, labels, or components of a regression.
    public var outputs: Int
    /// The names `task/first+second`, sorted, of the pairs that meet in the crossmodal block; all pairs when nothing is given.
    public var keptPairs: [String]?
    /// Whether what the summary path and the head say is multiplied with factors that are fitted after training, not by it.
    public var isCalibrated: Bool?

    /// Describes a task; its modalities are put in the order of their names.
    public init(name: String, modalities: [ModalityShape], outputs: Int, keptPairs: [String]? = nil) {
        self.keptPairs = keptPairs
        self.name = name
        self.modalities = modalities.sorted { $0.name < $1.name }
        self.outputs = outputs
    }

    /// Whether a summary path stands beside the head, which then starts at zero.
    public var hasSummary: Bool { modalities.contains { $0.summary != nil } }

    /// The path of the factors of the summary path and of the head.
    public var calibrationPath: String { "calibration.\(name)" }

    /// The streams of the task, in the order of the names of their modalities.
    public var streams: [Stream] { modalities.map { Stream(task: name, modality: $0.name) } }

    /// The ordered pairs of different streams that meet: the first outer, the second inner.
    public var pairs: [StreamPair] {
        let all = streams.flatMap { first in
            streams.filter { $0 != first }.map { StreamPair(query: first, context: $0) }
        }
        return keptPairs.map { kept in all.filter { kept.contains($0.description) } } ?? all
    }
}

/// One modality of one task.
public struct Stream: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The task.
    public var task: String
    /// The modality.
    public var modality: String

    /// Names both.
    public init(task: String, modality: String) {
        self.task = task
        self.modality = modality
    }

    /// `task/modality`.
    public var description: String { "\(task)/\(modality)" }
}

/// Two different streams of one task: the latents of one are queried with those of the other.
public struct StreamPair: Hashable, Sendable, CustomStringConvertible {
    /// The stream whose latents ask.
    public var query: Stream
    /// The stream whose latents answer.
    public var context: Stream

    /// Names both.
    public init(query: Stream, context: Stream) {
        self.query = query
        self.context = context
    }

    /// `task/first+second`, with the modalities in the order of their names: both directions share their parameters.
    public var description: String {
        let names = [query.modality, context.modality].sorted()
        return "\(query.task)/\(names[0])+\(names[1])"
    }
}
