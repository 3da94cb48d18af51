import Torch

extension TaskObjective {
    /// Returns the loss of a batch in the form that models compute together with their heads.
    ///
    /// - Throws: `TorchError` when memory runs out.
    func fused(_ target: Tensor, sampleWeights: Tensor?, factor: Double) throws -> FusedBlocks.Loss {
        switch kind {
        case .classification:
            return FusedBlocks.Loss(.crossEntropy, target: target, sampleWeights: sampleWeights, factor: factor)
        case .multilabel:
            return FusedBlocks.Loss(
                .binaryCrossEntropy, target: target, sampleWeights: sampleWeights, skipsAbsent: lacksLabels,
                factor: factor)
        case .regression:
            return try FusedBlocks.Loss(
                .squaredError, target: target, sampleWeights: sampleWeights,
                standardisation: (
                    means: Tensor(mean.map(Float.init), shape: [mean.count]),
                    deviations: Tensor(deviation.map(Float.init), shape: [deviation.count])
                ), skipsAbsent: lacksLabels, factor: factor)
        }
    }
}
