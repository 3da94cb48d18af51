import HighMMT
import Torch

/// A pre-norm transformer layer: attention, then a feed-forward block of four times the width, both
/// residual.
struct TransformerLayer {
    private static let expansion = 4

    private let norm: LayerNormParameters
    private let contextNorm: LayerNormParameters?
    private let query: (weight: Tensor, bias: Tensor)
    private let keyValue: (weight: Tensor, bias: Tensor)
    private let output: (weight: Tensor, bias: Tensor)
    private let feedForwardNorm: LayerNormParameters
    private let feedForward: Perceptron
    private let heads: Int

    static func declarations(_ path: String, width: Int, isCrossmodal: Bool) -> [ParameterDeclaration] {
        ParameterDeclaration.layerNorm("\(path).norm", width: width)
            + (isCrossmodal ? ParameterDeclaration.layerNorm("\(path).context_norm", width: width) : [])
            + ParameterDeclaration.linear("\(path).query", inputs: width, outputs: width, bias: true)
            + ParameterDeclaration.linear("\(path).key_value", inputs: width, outputs: 2 * width, bias: true)
            + ParameterDeclaration.linear("\(path).output", inputs: width, outputs: width, bias: true)
            + ParameterDeclaration.layerNorm("\(path).feed_forward_norm", width: width)
            + Perceptron.declarations(
                "\(path).feed_forward", inputs: width, hidden: expansion * width, outputs: width)
    }

    init(_ path: String, heads: Int, isCrossmodal: Bool, in parameters: ParameterStore) throws {
        func linear(_ name: String) throws -> (weight: Tensor, bias: Tensor) {
            (try parameters.parameter("\(path).\(name).weight"), try parameters.parameter("\(path).\(name).bias"))
        }
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        contextNorm = isCrossmodal ? try LayerNormParameters("\(path).context_norm", in: parameters) : nil
        (query, keyValue, output) = (try linear("query"), try linear("key_value"), try linear("output"))
        feedForwardNorm = try LayerNormParameters("\(path).feed_forward_norm", in: parameters)
        feedForward = try Perceptron("\(path).feed_forward", in: parameters)
        self.heads = heads
    }

    /// # Shapes
    /// - `x`: `[batch, tokens, width]`
    /// - `context`: `[batch, context tokens, width]`; `nil` for self-attention
    /// - `mask`: `[batch, context tokens]`, true for tokens that may be attended to
    /// - Result: `[batch, tokens, width]`
    func callAsFunction(_ x: Tensor, context: Tensor? = nil, mask: Tensor) throws -> Tensor {
        let normalised = try norm(x)
        let source = try context.map { try (contextNorm ?? norm)($0) } ?? normalised
        let attended = try Attention.attend(
            normalised.linear(query.weight, bias: query.bias), source.linear(keyValue.weight, bias: keyValue.bias),
            heads: heads, mask: mask)
        let y = try x + attended.linear(output.weight, bias: output.bias)
        return try y + feedForward(feedForwardNorm(y))
    }
}
