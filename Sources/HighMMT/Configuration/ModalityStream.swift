/// One modality of one task.
public struct ModalityStream: Codable, Hashable, Sendable, CustomStringConvertible {
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
