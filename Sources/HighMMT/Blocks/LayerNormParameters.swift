import Torch

/// The parameters of a layer normalisation.
struct LayerNormParameters {
    let weight: Tensor
    let bias: Tensor

    init(_ path: String, in parameters: ParameterStore) throws {
        weight = try parameters.parameter("\(path).weight")
        bias = try parameters.parameter("\(path).bias")
    }

    /// Both, as the fused blocks take them.
    var pair: (weight: Tensor, bias: Tensor) { (weight, bias) }

    func callAsFunction(_ x: Tensor) throws -> Tensor { try x.layerNorm(weight: weight, bias: bias) }
}
