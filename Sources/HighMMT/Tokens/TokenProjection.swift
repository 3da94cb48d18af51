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

    /// Returns the attention from queries to a stream's tokens. Keys are formed only where that is
    /// cheaper.
    ///
    /// # Shapes
    /// - `queries`: `[batch, n, inner]`, or `[1, n, inner]` to use the same queries for every
    ///   sample
    /// - Result: `[batch, n, inner]`
    func fusedAttention(_ queries: Tensor, heads: Int, to stream: TokenAttentionBlock.Tokens) throws -> Tensor {
        let (batch, n, inner) = (try queries.size(0), try queries.size(1), try queries.size(2))
        let headWidth = inner / heads
        let scaled = try queries * (1 / Double(headWidth).squareRoot())
        let perHead =
            batch == 1
            ? try scaled.reshaped([n, heads, headWidth]).permuted([1, 0, 2])
            : try scaled.reshaped([batch, n, heads, headWidth]).permuted([0, 2, 1, 3])
        let constants = try constants(of: stream)
        let tokens = FusedBlocks.Tokens(
            data: stream.data, mask: stream.mask,
            dataWeights: try columns(0, stream.data.size(2)).transposed(0, 1),
            constants: constants.rank == 1
                ? try constants.reshaped([1, 2 * inner]).expanded([stream.constants.count, 2 * inner]) : constants,
            sums: try stream.constants.sums + stream.identity.sum(),
            squares: try stream.constants.squares + stream.identity.squared().sum())
        return try FusedBlocks.attend(perHead, to: tokens, meanWeights: meanWeights, bias: bias, width: width)
    }
}
