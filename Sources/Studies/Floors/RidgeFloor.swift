import Foundation
import Torch

/// A ridge regression solved through the normal equations, for many samples with few features.
struct RidgeFloor {
    /// The penalties to try, relative to the mean square of a standardised feature times the number
    /// of samples.
    static let penalties = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10]

    private let mean: Tensor
    private let deviation: Tensor
    private let weights: Tensor
    private let targetMean: Tensor

    /// Fits one regression per penalty, in the order of ``penalties``. Computes in float64.
    ///
    /// - `features`: `[samples, width]`
    /// - `targets`: `[samples, outputs]`
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    static func all(features: Tensor, targets: Tensor) throws -> [RidgeFloor] {
        let raw = try features.to(dtype: .float64)
        let count = Double(max(1, try raw.size(0)))
        let mean = try raw.mean(axes: [0], keepingAxes: true)
        let deviation = try ((raw - mean).squared().mean(axes: [0], keepingAxes: true) + 1e-8).squareRoot()
        let known = try (raw - mean) / deviation
        let wanted = try targets.to(dtype: .float64)
        let targetMean = try wanted.mean(axes: [0], keepingAxes: true)
        let (width, transposed) = (try known.size(1), try known.transposed(0, 1))
        let products = try transposed.matmul(known)
        let across = try transposed.matmul(wanted - targetMean)
        var diagonal = [Float](repeating: 0, count: width * width)
        for index in 0..<width { diagonal[index * width + index] = 1 }
        let identity = try Tensor(diagonal, shape: [width, width]).to(dtype: .float64)
        return try penalties.map { penalty in
            RidgeFloor(
                mean: mean, deviation: deviation,
                weights: try (products + identity * (penalty * count)).solved(across), targetMean: targetMean)
        }
    }

    /// Returns the predictions for samples, `[samples, outputs]`, float32.
    ///
    /// - `features`: `[samples, width]`
    func outputs(_ features: Tensor) throws -> Tensor {
        let known = try (features.to(dtype: .float64) - mean) / deviation
        return try (known.matmul(weights) + targetMean).to(dtype: .float32)
    }
}
