import Torch

/// Rows of one split as tensors on the CPU.
public struct Batch: Sendable {
    /// The row numbers within the split, in batch order.
    public var rows: [Int]
    /// Modality → float32 `[batch, axes…, channels]`.
    public var inputs: [String: Tensor]
    /// Modality → bool `[batch, axes…]`, true for valid tokens. Without an entry, all tokens are
    /// valid.
    public var masks: [String: Tensor]
    /// Modality → one flag per sample, true when the sample has the modality. Without an entry, all
    /// samples have it.
    public var present: [String: [Bool]]
    /// The target: int64 classes `[batch]`, float32 labels `[batch, labels]` or float32 regression
    /// values `[batch, width]`.
    public var target: Tensor

    /// The number of samples in the batch.
    public var count: Int { rows.count }
}
