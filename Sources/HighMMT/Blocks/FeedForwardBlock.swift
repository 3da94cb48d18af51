import Torch

/// A residual feed-forward block with gated units: x + W₂·(u · gelu(v)) + b₂ with (u, v) = W₁·LN(x)
/// + b₁.
///
/// Without gates, it is x + W₂·gelu(v) + b₂ with v = W₁·LN(x) + b₁.
struct FeedForwardBlock {
    private let norm: LayerNormParameters
    private let expandWeight: Tensor
    private let expandBias: Tensor
    private let contractWeight: Tensor
    private let contractBias: Tensor
    private let isPlain: Bool
    private let isFused: Bool

    static func declarations(_ path: String, _ configuration: ModelConfiguration) -> [ParameterDeclaration] {
        let (width, hidden) = (configuration.width, configuration.width * configuration.expansion)
        let expanded = configuration.hasPlainFeedForward == true ? hidden : 2 * hidden
        return ParameterDeclaration.layerNorm("\(path).norm", width: width)
            + ParameterDeclaration.linear("\(path).expand", inputs: width, outputs: expanded, bias: true)
            + ParameterDeclaration.linear("\(path).contract", inputs: hidden, outputs: width, bias: true)
    }

    init(_ path: String, isPlain: Bool, in parameters: ParameterStore, arithmetic: Arithmetic) throws {
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        expandWeight = try parameters.parameter("\(path).expand.weight")
        expandBias = try parameters.parameter("\(path).expand.bias")
        contractWeight = try parameters.parameter("\(path).contract.weight")
        contractBias = try parameters.parameter("\(path).contract.bias")
        self.isPlain = isPlain
        isFused = arithmetic.isFused(on: parameters.device)
    }

    /// The block as a fused function, which has gates. Those of a plain block are the values: its
    /// own values are all one.
    private func fused() throws -> FusedBlocks.FeedForward {
        var (weight, bias) = (expandWeight, expandBias)
        if isPlain {
            weight = try Tensor.concatenated([Tensor.zeros(weight.shape), weight], axis: 0)
            bias = try Tensor.concatenated([Tensor.full(bias.shape, 1), bias], axis: 0)
        }
        return FusedBlocks.FeedForward(
            norm: norm.pair, expand: (weight, bias), contract: (contractWeight, contractBias))
    }

    /// Returns x + feed-forward(x) + residual. A `nil` residual adds nothing.
    ///
    /// # Shapes
    /// - `x`, `residual`: `[…, d]`
    /// - Result: `[…, d]`
    func callAsFunction(_ x: Tensor, residual: Tensor? = nil) throws -> Tensor {
        if isFused { return try fused()(x, residual: residual) }
        let expanded = try norm(x).linear(expandWeight, bias: expandBias)
        let hidden = try isPlain ? expanded.gelu() : gated(expanded)
        let result = try hidden.linear(contractWeight, bias: contractBias) + x
        return try residual.map { try result + $0 } ?? result
    }

    private func gated(_ expanded: Tensor) throws -> Tensor {
        let hidden = try contractWeight.size(1)
        let values = try expanded.narrowed(axis: -1, start: 0, length: hidden)
        let gates = try expanded.narrowed(axis: -1, start: hidden, length: hidden)
        return try values * gates.gelu()
    }
}
