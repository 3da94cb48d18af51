import CTorch

extension Tensor {
    /// The cross entropy, in nats, between logits (samples, classes) and class labels (samples).
    ///
    /// - Parameters:
    ///   - target: labels from 0 up to the number of classes, int64
    ///   - classWeights: (classes), or nothing
    /// - Returns: the mean over samples, or one value per sample when `mean` is false.
    public func crossEntropy(_ target: Tensor, classWeights: Tensor? = nil, mean: Bool = true) throws -> Tensor {
        try produced("crossEntropy", [self, target]) {
            ct_cross_entropy($0, handle, target.handle, classWeights?.handle, mean)
        }
    }

    /// The binary cross entropy, in nats, between logits and targets in 0…1 of the same shape.
    ///
    /// - Returns: the mean over all elements, or one value per element when `mean` is false.
    public func binaryCrossEntropy(
        _ target: Tensor, positiveWeights: Tensor? = nil, mean: Bool = true
    ) throws -> Tensor {
        try produced("binaryCrossEntropy", [self, target]) {
            ct_binary_cross_entropy($0, handle, target.handle, positiveWeights?.handle, mean)
        }
    }
}
