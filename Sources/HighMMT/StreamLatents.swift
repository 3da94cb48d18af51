import Torch

/// The latents of one stream after the encoder, as part of those of all streams of a step.
public struct StreamLatents {
    let stack: Tensor
    let first: Int
    /// The number of samples that have the modality.
    public let count: Int

    /// Returns the latents, `[samples with the modality, n, d]`.
    ///
    /// - Throws: `TorchError` when LibTorch reports an error.
    public func tensor() throws -> Tensor { try stack.narrowed(axis: 0, start: first, length: count) }
}
