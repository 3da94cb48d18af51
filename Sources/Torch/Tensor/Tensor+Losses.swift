import CTorch

extension Tensor {
    /// The cross entropy, in nats, between logits (samples, classes) and class labels (samples).
    ///
    /// - Parameters:
    ///   - target: labels from 0 up to the number of classes, int64
    ///   - classWeights: (classes), or nothing
    /// - Returns: the mean over samples (weighted like their classes), or one value per sample when `mean` is false.
    /// - Throws: ``TorchError`` when a label is no class or the shapes do not fit.
    public func crossEntropy(_ target: Tensor, classWeights: Tensor? = nil, mean: Bool = true) throws -> Tensor {
        try produced("crossEntropy", [self, target]) {
            ct_cross_entropy($0, handle, target.handle, classWeights?.handle, mean)
        }
    }

    /// The binary cross entropy, in nats, between logits and targets in 0…1 of the same shape.
    ///
    /// - Parameter positiveWeights: what a target of 1 counts, broadcast to the logits; 1 when nothing is given.
    /// - Returns: the mean over all elements, or one value per element when `mean` is false.
    /// - Throws: ``TorchError`` when the shapes differ.
    public func binaryCrossEntropy(
        _ target: Tensor, positiveWeights: Tensor? = nil, mean: Bool = true
    ) throws -> Tensor {
        try produced("binaryCrossEntropy", [self, target]) {
            ct_binary_cross_entropy($0, handle, target.handle, positiveWeights?.handle, mean)
        }
    }
}
