import Torch

/// A residual feed-forward block with gated units: x + W₂·(u · gelu(v)) + b₂ with (u, v) = W₁·LN(x)
/// + b₁.
struct FeedForwardBlock {
    private let norm: LayerNormParameters
    private let expandWeight: Tensor
    private let expandBias: Tensor
    private let contractWeight: Tensor
    private let contractBias: Tensor
    private let fused: FusedBlocks.FeedForward?

    static func declarations(_ path: String, width: Int, hidden: Int) -> [ParameterDeclaration] {
        ParameterDeclaration.layerNorm("\(path).norm", width: width)
            + ParameterDeclaration.linear("\(path).expand", inputs: width, outputs: 2 * hidden, bias: true)
            + ParameterDeclaration.linear("\(path).contract", inputs: hidden, outputs: width, bias: true)
    }

    init(_ path: String, in parameters: ParameterStore, arithmetic: Arithmetic) throws {
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        expandWeight = try parameters.parameter("\(path).expand.weight")
        expandBias = try parameters.parameter("\(path).expand.bias")
        contractWeight = try parameters.parameter("\(path).contract.weight")
        contractBias = try parameters.parameter("\(path).contract.bias")
        fused =
            arithmetic.isFused(on: parameters.device)
            ? FusedBlocks.FeedForward(
                norm: norm.pair, expand: (expandWeight, expandBias), contract: (contractWeight, contractBias))
            : nil
    }

    /// Returns x + feed-forward(x) + residual. A `nil` residual adds nothing.
    ///
    /// # Shapes
    /// - `x`, `residual`: `[…, d]`
    /// - Result: `[…, d]`
    func callAsFunction(_ x: Tensor, residual: Tensor? = nil) throws -> Tensor {
        if let fused { return try fused(x, residual: residual) }
        let expanded = try norm(x).linear(expandWeight, bias: expandBias)
        let hidden = try contractWeight.size(1)
        let values = try expanded.narrowed(axis: -1, start: 0, length: hidden)
        let gates = try expanded.narrowed(axis: -1, start: hidden, length: hidden)
        let result = try (values * gates.gelu()).linear(contractWeight, bias: contractBias) + x
        return try residual.map { try result + $0 } ?? result
    }
}
