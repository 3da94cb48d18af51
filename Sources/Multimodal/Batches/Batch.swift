import Torch

/// Some rows of a split of a dataset, as tensors on the CPU.
public struct Batch: Sendable {
    /// The rows of the split, in order.
    public var rows: [Int]
    /// Modality → (B, axes…, channels), float32.
    public var inputs: [String: Tensor]
    /// Modality → (B, axes…), true for valid tokens; modalities all of whose tokens are valid have none.
    public var masks: [String: Tensor]
    /// Modality → whether each sample has it; modalities that all samples have are not named.
    public var present: [String: [Bool]]
    /// The target of the task: (B) int64 classes, (B, labels) or (B, components) float32.
    public var target: Tensor

    /// The number of samples B.
    public var count: Int { rows.count }
}
