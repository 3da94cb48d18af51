import CTorch

extension Tensor {
    /// Returns the cross-entropy, in nats, between these logits and class labels.
    ///
    /// # Shapes
    /// - `self`: `[samples, classes]`
    /// - `target`: `[samples]`
    /// - `classWeights`: `[classes]`
    /// - Result: a scalar, or `[samples]` when `mean` is false
    ///
    /// - Parameters:
    ///   - target: The labels, int64, from 0 to the number of classes minus one.
    ///   - classWeights: The weight of each class; `nil` weights all equally.
    ///   - mean: True for the mean over samples, weighted by class. False for one value per sample.
    /// - Throws: ``TorchError`` when a label is out of range or the shapes do not match.
    public func crossEntropy(_ target: Tensor, classWeights: Tensor? = nil, mean: Bool = true) throws -> Tensor {
        try produced("crossEntropy", [self, target]) {
            ct_cross_entropy($0, handle, target.handle, classWeights?.handle, mean)
        }
    }

    /// Returns the binary cross-entropy, in nats, between these logits and targets in 0…1.
    ///
    /// # Shapes
    /// - `self`, `target`: the same shape
    /// - Result: a scalar, or the shape of the logits when `mean` is false
    ///
    /// - Parameters:
    ///   - target: The target probabilities.
    ///   - positiveWeights: The weight of the positive term, broadcast to the logits. `nil` weights
    ///     it by 1.
    ///   - mean: True for the mean over all elements. False for one value per element.
    /// - Throws: ``TorchError`` when the shapes differ.
    public func binaryCrossEntropy(
        _ target: Tensor, positiveWeights: Tensor? = nil, mean: Bool = true
    ) throws -> Tensor {
        try produced("binaryCrossEntropy", [self, target]) {
            ct_binary_cross_entropy($0, handle, target.handle, positiveWeights?.handle, mean)
        }
    }
}
