import HighMMT
import Torch
import Training

extension EntryData {
    /// Returns the loss of a ridge regression on the features of a model's head, for every
    /// validation sample.
    ///
    /// The loss is scaled so that predicting the mean costs as much as predicting the label
    /// frequencies costs in the task's own loss. Both losses then have the same normalisation.
    func probeLosses(_ model: HighMMTModel) throws -> [Double] {
        let train = (features: try features(model, self.train), targets: try numbers(self.train))
        let valid = (features: try features(model, self.valid), targets: try numbers(self.valid))
        let mean = try train.targets.mean(axes: [0], keepingAxes: true)
        let constant = try (valid.targets - mean).squared().sum(axes: [1]).mean().item()
        let scale = targets.chanceLoss / max(constant, 1e-12)
        return try RidgeProbe.losses(train: train, valid: valid).map { $0 * scale }
    }

    private func features(_ model: HighMMTModel, _ samples: Samples) throws -> Tensor {
        try withoutGradients {
            let parts = try stride(from: 0, to: samples.count, by: 64).compactMap { start in
                let batch = try samples.batch(Array(start..<min(start + 64, samples.count)))
                return try model.forward([shape.name: batch.input]).features[shape.name]
            }
            return try Tensor.concatenated(parts, axis: 0)
        }
    }

    private func numbers(_ samples: Samples) throws -> Tensor {
        try objective.numbers(samples.target, outputs: shape.outputs)
    }
}
