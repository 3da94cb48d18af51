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
    /// values `[batch, width]`. Labels and values that a sample lacks are NaN.
    public var target: Tensor
    /// The weight of each sample in the loss of training; `nil` weighs all alike.
    public var weights: [Float]?

    /// The number of samples in the batch.
    public var count: Int { rows.count }

    /// Returns the weights of the samples, `[batch]`; `nil` when all weigh alike.
    ///
    /// - Throws: `TorchError` when memory runs out.
    public func weights(on device: Device) throws -> Tensor? {
        try weights.map { try Tensor($0, shape: [$0.count]).to(device: device) }
    }
}

extension Batch {
    /// Returns some of the rows.
    ///
    /// - Parameter range: The positions in the batch.
    /// - Throws: `TorchError` when memory runs out.
    package func part(_ range: Range<Int>) throws -> Batch {
        func narrowed(_ tensor: Tensor) throws -> Tensor {
            try tensor.narrowed(axis: 0, start: range.lowerBound, length: range.count)
        }
        return Batch(
            rows: Array(rows[range]), inputs: try inputs.mapValues(narrowed), masks: try masks.mapValues(narrowed),
            present: present.mapValues { Array($0[range]) }, target: try narrowed(target),
            weights: weights.map { Array($0[range]) })
    }
}
