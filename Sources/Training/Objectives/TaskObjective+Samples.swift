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
        case .classification: return try outputs.crossEntropy(target, mean: false)
        case .multilabel:
            guard lacksLabels else { return try outputs.binaryCrossEntropy(target, mean: false).mean(axes: [1]) }
            let (filled, known) = try Self.known(target)
            return try Self.mean(outputs.binaryCrossEntropy(filled, mean: false), where: known)
        case .regression:
            guard lacksLabels else { return try (outputs - standardised(target)).squared().mean(axes: [1]) }
            let (filled, known) = try Self.known(standardised(target))
            return try Self.mean((outputs - filled).squared(), where: known)
        }
    }

    /// Returns a target with zeros in place of what samples lack, and a one for everything else.
    private static func known(_ target: Tensor) throws -> (filled: Tensor, known: Tensor) {
        let known = try target.isFinite().to(dtype: .float32)
        let isUnknown = try known.equal(to: .zeros(known.shape, device: known.device))
        return (try target.filled(where: isUnknown, with: 0), known)
    }

    /// Returns the mean of each row over the elements that it has, 0 for a row without any.
    private static func mean(_ losses: Tensor, where known: Tensor) throws -> Tensor {
        let counts = try known.sum(axes: [1])
        return try (losses * known).sum(axes: [1])
            / counts.filled(where: counts.equal(to: .zeros(counts.shape, device: counts.device)), with: 1)
    }
}
