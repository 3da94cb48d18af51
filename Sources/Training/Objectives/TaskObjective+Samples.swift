import Torch

extension TaskObjective {
    /// The loss of every sample of a batch: what ``loss(_:_:)`` is the mean of.
    ///
    /// # Shapes
    /// outputs: (B, outputs); target: (B) for classes, (B, outputs) otherwise. Result: (B).
    public func sampleLosses(_ outputs: Tensor, _ target: Tensor) throws -> Tensor {
        switch kind {
        case .classification: try outputs.crossEntropy(target, mean: false)
        case .multilabel: try outputs.binaryCrossEntropy(target, mean: false).mean(axes: [1])
        case .regression: try (outputs - standardised(target)).squared().mean(axes: [1])
        }
    }
}
