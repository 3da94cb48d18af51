import Torch

/// A residual cross-attention block from latents to the tokens of a stream that never forms the
/// tokens.
///
/// A token is [data | zeros | position | identity], and only the data depend on the sample. Layer
/// normalisation and projection to keys and values reduce to rstd·(data·A + c) − rstd·mean·w + b.
/// A, c, w and b depend only on parameters and positions, so padding costs nothing and inputs need
/// no gradient. See the article Performance, "What makes the difference", exact algebra.
struct TokenAttentionBlock {
    private let norm: LayerNormParameters
    private let contextNorm: LayerNormParameters
    private let queryWeight: Tensor
    private let keyValueWeight: Tensor
    private let output: AttentionOutput
    private let heads: Int
    private let fused: FusedBlocks.TokenAttention?

    static func declarations(
        _ path: String, width: Int, tokenWidth: Int, heads: Int, headWidth: Int
    ) -> [ParameterDeclaration] {
        let inner = heads * headWidth
        return ParameterDeclaration.layerNorm("\(path).norm", width: width)
            + ParameterDeclaration.layerNorm("\(path).context_norm", width: tokenWidth)
            + ParameterDeclaration.linear("\(path).query", inputs: width, outputs: inner, bias: false)
            + ParameterDeclaration.linear("\(path).key_value", inputs: tokenWidth, outputs: 2 * inner, bias: false)
            + ParameterDeclaration.linear("\(path).output", inputs: inner, outputs: width, bias: true)
    }

    init(_ path: String, heads: Int, in parameters: ParameterStore, arithmetic: Arithmetic) throws {
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        contextNorm = try LayerNormParameters("\(path).context_norm", in: parameters)
        queryWeight = try parameters.parameter("\(path).query.weight")
        keyValueWeight = try parameters.parameter("\(path).key_value.weight")
        output = try AttentionOutput(path, in: parameters)
        self.heads = heads
        fused =
            arithmetic.isFused(on: parameters.device)
            ? FusedBlocks.TokenAttention(
                norm: norm.pair, contextNorm: contextNorm.pair, query: queryWeight, keyValue: keyValueWeight,
                output: output.pair, heads: heads)
            : nil
    }

    /// The tokens of one stream in factored form.
    struct Tokens {
        /// The sample-dependent part of each token, `[batch, tokens, channels]`.
        var data: Tensor
        /// True for valid tokens, `[batch, tokens]`. `nil` marks all tokens as valid.
        var mask: Tensor?
        /// The positions of the tokens and sums over them.
        var constants: TokenConstants
        /// The identity vector of the modality, `[identity width]`.
        var identity: Tensor

        /// The tokens in the form that the fused block takes.
        fileprivate var fused: FusedBlocks.TokenStream {
            FusedBlocks.TokenStream(
                data: data, mask: mask, positions: constants.positions, identity: identity, sums: constants.sums,
                squares: constants.squares)
        }
    }

    /// Attends from latents to the tokens of the streams that share this block.
    ///
    /// # Shapes
    /// - `latents`: `[n, d]` to use the same latents for every sample, or
    ///   `[samples of all streams, n, d]` in the order of the streams
    /// - Result: `[samples of all streams, n, d]`
    func callAsFunction(_ latents: Tensor, streams: [Tokens]) throws -> Tensor {
        if let fused { return try fused(latents, streams: streams.map(\.fused)) }
        let shared = latents.rank == 2
        let batch = shared ? try latents.reshaped([1] + latents.shape) : latents
        let queries = try norm(batch).linear(queryWeight)
        let projection = try TokenProjection(norm: contextNorm, keyValueWeight: keyValueWeight)
        var offset = 0
        let attended = try streams.map { stream in
            let samples = try stream.data.size(0)
            defer { offset += samples }
            let streamQueries = shared ? queries : try queries.narrowed(axis: 0, start: offset, length: samples)
            return try Attention.attend(
                streamQueries, projection.keysAndValues(of: stream), heads: heads, mask: stream.mask)
        }
        let joined = attended.count == 1 ? attended[0] : try Tensor.concatenated(attended, axis: 0)
        return try output(joined, residual: batch)
    }
}
