import Torch

/// The weight and bias of a layer normalisation.
package struct LayerNormParameters {
    let weight: Tensor
    let bias: Tensor

    /// Finds the parameters of a layer normalisation.
    ///
    /// - Throws: `TorchError` when there are none at the path.
    package init(_ path: String, in parameters: ParameterStore) throws {
        weight = try parameters.parameter("\(path).weight")
        bias = try parameters.parameter("\(path).bias")
    }

    /// The weight and bias in the form that the fused blocks take.
    var pair: (weight: Tensor, bias: Tensor) { (weight, bias) }

    /// Normalises the last axis.
    ///
    /// # Shapes
    /// - `x`: `[…, width]`
    /// - Result: `[…, width]`
    ///
    /// - Throws: `TorchError` when the width differs.
    package func callAsFunction(_ x: Tensor) throws -> Tensor { try x.layerNorm(weight: weight, bias: bias) }
}
