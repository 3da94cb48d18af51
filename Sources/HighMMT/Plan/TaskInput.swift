import Torch

/// The input of one stream: one modality for a batch of one task.
public struct StreamInput: Sendable {
    /// The values, `[batch, axes…, channels]`, float32.
    public var data: Tensor
    /// True for valid tokens, `[batch, axes…]`. `nil` marks all tokens as valid.
    public var mask: Tensor?
    /// True for samples that have the modality, `[batch]`. `nil` means that all samples have it.
    public var present: [Bool]?

    /// Creates an input from its parts.
    public init(data: Tensor, mask: Tensor? = nil, present: [Bool]? = nil) {
        self.data = data
        self.mask = mask
        self.present = present
    }
}

/// A batch of one task. Modalities without an entry are missing from all samples.
public struct TaskInput: Sendable {
    /// The number of samples.
    public var count: Int
    /// The input of each modality, by name.
    public var streams: [String: StreamInput]

    /// Creates a batch from its size and its modalities.
    public init(count: Int, streams: [String: StreamInput]) {
        self.count = count
        self.streams = streams
    }
}
