import Torch

extension TaskObjective {
    /// Returns the loss of every sample of a batch. ``loss(_:_:)`` is its mean.
    ///
    /// # Shapes
    /// outputs: `[batch, outputs]`; target: `[batch]` for classes, `[batch, outputs]` otherwise.
    /// Result: `[batch]`.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    public func sampleLosses(_ outputs: Tensor, _ target: Tensor) throws -> Tensor {
        switch kind {
        case .classification: try outputs.crossEntropy(target, mean: false)
        case .multilabel: try outputs.binaryCrossEntropy(target, mean: false).mean(axes: [1])
        case .regression: try (outputs - standardised(target)).squared().mean(axes: [1])
        }
    }
}
