import Torch

/// The cross-attention from latents to the tokens of a stream, without ever forming the tokens.
///
/// A token is [data | zeros | position | identity], and only the data depends on the sample. Layer normalisation and the
/// projection to keys and values therefore reduce to rstd·(data·A + c) − rstd·mean·w + b, where A, c, w and b depend on
/// parameters and positions alone ("Exact algebra", point 1): padding costs nothing and inputs need no gradient.
struct TokenAttentionBlock {
    private let norm: LayerNormParameters
    private let contextNorm: LayerNormParameters
    private let queryWeight: Tensor
    private let keyValueWeight: Tensor
    private let output: AttentionOutput
    private let heads: Int
    private let isFused: Bool

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
        isFused = arithmetic.isFused(on: parameters.device)
    }

    /// The tokens of one stream, as they reach the block.
    struct Tokens {
        /// (B, tokens, channels)
        var data: Tensor
        /// (B, tokens), true for valid tokens; nothing when all are.
        var mask: Tensor?
        var constants: TokenConstants
        /// (identity width)
        var identity: Tensor
    }

    /// Attends from latents to the tokens of several streams that share this block.
    ///
    /// # Shapes
    /// latents: (n, d), the same for all samples, or (ΣB, n, d) with the samples of the streams in order.
    /// Result: (ΣB, n, d).
    func callAsFunction(_ latents: Tensor, streams: [Tokens]) throws -> Tensor {
        let shared = latents.rank == 2
        let batch = shared ? try latents.reshaped([1] + latents.shape) : latents
        let queries = try norm(batch).linear(queryWeight)
        let projection = try TokenProjection(norm: contextNorm, keyValueWeight: keyValueWeight)
        var offset = 0
        let attended = try streams.map { stream in
            let samples = try stream.data.size(0)
            defer { offset += samples }
            let own = shared ? queries : try queries.narrowed(axis: 0, start: offset, length: samples)
            if isFused { return try projection.fusedAttention(own, heads: heads, to: stream) }
            return try Attention.attend(own, projection.keysAndValues(of: stream), heads: heads, mask: stream.mask)
        }
        let joined = attended.count == 1 ? attended[0] : try Tensor.concatenated(attended, axis: 0)
        return try output(joined, residual: batch)
    }
}
