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
    /// True to multiply the outputs of the summary path and of the head by factors that are fitted
    /// after each epoch, not by gradients.
    public var isCalibrated: Bool?

    /// Creates a task and sorts its modalities by name.
    public init(name: String, modalities: [ModalityShape], outputs: Int, keptPairs: [String]? = nil) {
        self.keptPairs = keptPairs
        self.name = name
        self.modalities = modalities.sorted { $0.name < $1.name }
        self.outputs = outputs
    }

    /// True when the task has a summary path.
    public var hasSummary: Bool { modalities.contains { $0.summary != nil } }

    /// The parameter path of the factors of the summary path and the head.
    public var calibrationPath: String { "calibration.\(name)" }

    /// The streams of the task, in the order of its modalities.
    public var streams: [ModalityStream] { modalities.map { ModalityStream(task: name, modality: $0.name) } }

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
