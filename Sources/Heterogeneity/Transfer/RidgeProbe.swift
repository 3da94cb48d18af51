import Foundation
import Torch

/// A ridge regression from features to targets, in closed form.
enum RidgeProbe {
    /// Penalties that are tried, in mean squared lengths of the standardised training features.
    static let penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1]

    /// The squared error of every validation sample, summed over outputs, at the penalty that the other half of the
    /// validation samples prefers.
    ///
    /// # Shapes
    /// features: (samples, width); targets: (samples, outputs). float64 inside.
    static func losses(
        train: (features: Tensor, targets: Tensor), valid: (features: Tensor, targets: Tensor)
    ) throws -> [Double] {
        let raw = try train.features.to(dtype: .float64)
        let count = try raw.size(0)
        let mean = try raw.mean(axes: [0], keepingAxes: true)
        let deviation = try ((raw - mean).squared().mean(axes: [0], keepingAxes: true) + 1e-8).squareRoot()
        let known = try (raw - mean) / deviation
        let asked = try (valid.features.to(dtype: .float64) - mean) / deviation
        let targets = try train.targets.to(dtype: .float64)
        let targetMean = try targets.mean(axes: [0], keepingAxes: true)
        let truths = try valid.targets.to(dtype: .float64) - targetMean
        // As many unknowns as samples, of which there are fewer than features.
        let products = try known.matmul(known.transposed(0, 1))
        let across = try asked.matmul(known.transposed(0, 1))
        let size = try known.squared().sum().item() / Double(max(1, count))
        let identity = try identity(count)
        let history = try penalties.map { penalty in
            let weights = try (products + identity * (penalty * size)).solved(targets - targetMean)
            return try (across.matmul(weights) - truths).squared().sum(axes: [1]).doubles()
        }
        return CrossFittedMinimum(history).choose(history)
    }

    private static func identity(_ count: Int) throws -> Tensor {
        var values = [Float](repeating: 0, count: count * count)
        for index in 0..<count { values[index * count + index] = 1 }
        return try Tensor(values, shape: [count, count]).to(dtype: .float64)
    }
}
