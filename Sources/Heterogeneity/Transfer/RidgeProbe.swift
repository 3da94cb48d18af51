import Foundation
import Torch

/// A ridge regression from features to targets, in closed form.
package enum RidgeProbe {
    /// The penalties that are tried, in units of the mean squared norm of the standardised training
    /// features.
    static let penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1]

    /// Returns the squared error of every validation sample, summed over outputs. The penalty of
    /// each half of the validation samples is selected on the other half.
    ///
    /// # Shapes
    /// features: `[samples, width]`; targets: `[samples, outputs]`. The computation uses float64.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    static func losses(
        train: (features: Tensor, targets: Tensor), valid: (features: Tensor, targets: Tensor)
    ) throws -> [Double] {
        let history = try losses(ofPenalties: train, valid: valid)
        return CrossFittedMinimum(history).choose(history)
    }

    /// Returns for every penalty the squared error of every validation sample, summed over outputs.
    ///
    /// # Shapes
    /// As for ``losses(train:valid:)``.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    package static func losses(
        ofPenalties train: (features: Tensor, targets: Tensor), valid: (features: Tensor, targets: Tensor)
    ) throws -> [[Double]] {
        let raw = try train.features.to(dtype: .float64)
        let count = try raw.size(0)
        let mean = try raw.mean(axes: [0], keepingAxes: true)
        let deviation = try ((raw - mean).squared().mean(axes: [0], keepingAxes: true) + 1e-8).squareRoot()
        let trainFeatures = try (raw - mean) / deviation
        let validFeatures = try (valid.features.to(dtype: .float64) - mean) / deviation
        let targets = try train.targets.to(dtype: .float64)
        let targetMean = try targets.mean(axes: [0], keepingAxes: true)
        let truths = try valid.targets.to(dtype: .float64) - targetMean
        // The dual form is used: there are fewer samples than features.
        let products = try trainFeatures.matmul(trainFeatures.transposed(0, 1))
        let across = try validFeatures.matmul(trainFeatures.transposed(0, 1))
        // Constant features leave a penalty, so that the mean is predicted.
        let size = max(try trainFeatures.squared().sum().item() / Double(max(1, count)), 1e-12)
        let identity = try identity(count)
        return try penalties.map { penalty in
            let weights = try (products + identity * (penalty * size)).solved(targets - targetMean)
            return try (across.matmul(weights) - truths).squared().sum(axes: [1]).doubles()
        }
    }

    private static func identity(_ count: Int) throws -> Tensor {
        var values = [Float](repeating: 0, count: count * count)
        for index in 0..<count { values[index * count + index] = 1 }
        return try Tensor(values, shape: [count, count]).to(dtype: .float64)
    }
}
