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

    init(_ path: String, heads: Int, in parameters: ParameterStore) throws {
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        contextNorm = try LayerNormParameters("\(path).context_norm", in: parameters)
        queryWeight = try parameters.parameter("\(path).query.weight")
        keyValueWeight = try parameters.parameter("\(path).key_value.weight")
        output = try AttentionOutput(path, in: parameters)
        self.heads = heads
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
        let scaled = try contextNorm.weight * keyValueWeight
        let meanWeights = try scaled.sum(axes: [1])
        let bias = try keyValueWeight.matmul(contextNorm.bias)
        var offset = 0
        let attended = try streams.map { stream in
            let samples = try stream.data.size(0)
            defer { offset += samples }
            let own = shared ? queries : try queries.narrowed(axis: 0, start: offset, length: samples)
            let keysAndValues = try project(stream, scaled: scaled, meanWeights: meanWeights, bias: bias)
            return try Attention.attend(own, keysAndValues, heads: heads, mask: stream.mask)
        }
        let joined = attended.count == 1 ? attended[0] : try Tensor.concatenated(attended, axis: 0)
        return try output(joined, residual: batch)
    }

    /// Keys and values of a stream's tokens, (B, tokens, 2·inner).
    private func project(_ stream: Tokens, scaled: Tensor, meanWeights: Tensor, bias: Tensor) throws -> Tensor {
        let width = try scaled.size(1)
        let channels = try stream.data.size(2)
        let identityWidth = try stream.identity.size(0)
        let positionWidth = try stream.constants.positions?.size(1) ?? 0
        func columns(_ start: Int, _ length: Int) throws -> Tensor {
            try scaled.narrowed(axis: 1, start: start, length: length)
        }
        var constants = try columns(width - identityWidth, identityWidth).matmul(stream.identity)
        if let positions = stream.constants.positions {
            constants = try positions.linear(columns(width - identityWidth - positionWidth, positionWidth)) + constants
        }
        let statistics = try TokenStatistics(stream, width: width)
        let projected = try stream.data.linear(columns(0, channels)) + constants
        let centred = try projected - statistics.mean * meanWeights
        return try centred * statistics.reciprocalDeviation + bias
    }
}

/// Mean and deviation of whole tokens, from those of their data and of their constant part.
private struct TokenStatistics {
    /// (B, tokens, 1)
    let mean: Tensor
    /// (B, tokens, 1)
    let reciprocalDeviation: Tensor

    init(_ stream: TokenAttentionBlock.Tokens, width: Int) throws {
        let channels = Double(try stream.data.size(2))
        let rest = Double(width) - channels
        let dataMean = try stream.data.mean(axes: [2], keepingAxes: true)
        let dataSpread = try (stream.data - dataMean).squared().sum(axes: [2], keepingAxes: true)
        let constantSum = try (stream.constants.sums + stream.identity.sum()).reshaped([-1, 1])
        let constantSquares = try (stream.constants.squares + stream.identity.squared().sum()).reshaped([-1, 1])
        let constantMean = try constantSum / rest
        let constantSpread = try constantSquares - constantMean.squared() * rest
        mean = try (dataMean * channels + constantSum) / Double(width)
        // Deviations from the common mean, so that nothing large cancels.
        let spread =
            try dataSpread + (dataMean - mean).squared() * channels + constantSpread
            + (constantMean - mean).squared() * rest
        reciprocalDeviation = try (spread / Double(width) + 1e-5).reciprocalSquareRoot()
    }
}
