import Torch

/// One modality of a batch of one task.
public struct StreamInput: Sendable {
    /// (B, axes…, channels), float32.
    public var data: Tensor
    /// (B, axes…), true for valid tokens; nothing when all are.
    public var mask: Tensor?
    /// Which samples have this modality; nothing when all do.
    public var present: [Bool]?

    /// Names all parts.
    public init(data: Tensor, mask: Tensor? = nil, present: [Bool]? = nil) {
        self.data = data
        self.mask = mask
        self.present = present
    }
}

/// A batch of one task. Modalities that are not named are absent from all samples.
public struct TaskInput: Sendable {
    /// The number of samples B.
    public var count: Int
    /// The modalities by name.
    public var streams: [String: StreamInput]

    /// Names both.
    public init(count: Int, streams: [String: StreamInput]) {
        self.count = count
        self.streams = streams
    }
}
