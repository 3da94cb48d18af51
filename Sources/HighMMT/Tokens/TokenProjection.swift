import Torch

/// The layer normalisation of tokens and their projection to keys and values, without forming the
/// tokens.
///
/// A token [data | zeros | position | identity] maps to rstd·(data·A + c) − rstd·mean·w + b. A
/// holds the rows of γ·Wᵀ for the data, c is the projected position and identity, w is the sum over
/// γ·W, and b = W·β.
struct TokenProjection {
    /// γ·W, `[2 · inner, token width]`.
    private let scaled: Tensor
    /// w, `[2 · inner]`.
    private let meanWeights: Tensor
    /// b, `[2 · inner]`.
    private let bias: Tensor
    private let width: Int

    init(norm: LayerNormParameters, keyValueWeight: Tensor) throws {
        scaled = try norm.weight * keyValueWeight
        meanWeights = try scaled.sum(axes: [1])
        bias = try keyValueWeight.matmul(norm.bias)
        width = try keyValueWeight.size(1)
    }

    /// Returns the part of γ·W for a range of token entries, `[2 · inner, length]`.
    private func columns(_ start: Int, _ length: Int) throws -> Tensor {
        try scaled.narrowed(axis: 1, start: start, length: length)
    }

    /// Returns c, `[tokens, 2 · inner]`, or `[2 · inner]` when all tokens share it.
    private func constants(of stream: TokenAttentionBlock.Tokens) throws -> Tensor {
        let identityWidth = try stream.identity.size(0)
        let identity = try columns(width - identityWidth, identityWidth).matmul(stream.identity)
        guard let positions = stream.constants.positions else { return identity }
        let positionWidth = try positions.size(1)
        return try positions.linear(columns(width - identityWidth - positionWidth, positionWidth)) + identity
    }

    /// Returns the keys and values of a stream's tokens.
    ///
    /// # Shapes
    /// - Result: `[batch, tokens, 2 · inner]`, keys first
    func keysAndValues(of stream: TokenAttentionBlock.Tokens) throws -> Tensor {
        let statistics = try TokenStatistics(stream, width: width)
        let projected = try stream.data.linear(columns(0, stream.data.size(2))) + constants(of: stream)
        let centred = try projected - statistics.mean * meanWeights
        return try centred * statistics.reciprocalDeviation + bias
    }
}
