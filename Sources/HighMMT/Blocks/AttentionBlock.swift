import Torch

/// A residual multi-head attention block between latents: x + W·attention(LN(x), LN(context)) + b.
///
/// Without a context the block attends to its own normalised input (self-attention).
struct AttentionBlock {
    private let norm: LayerNormParameters
    private let contextNorm: LayerNormParameters?
    private let queryWeight: Tensor
    private let keyValueWeight: Tensor
    private let output: AttentionOutput
    private let heads: Int
    private let fused: FusedBlocks.Attention?

    /// Pairs of samples: entry k pairs sample `queries[k]` of the input with sample `contexts[k]`
    /// of the context.
    struct Rows {
        var queries: [Int]
        var contexts: [Int]
    }

    static func declarations(
        _ path: String, width: Int, heads: Int, headWidth: Int, hasContext: Bool
    ) -> [ParameterDeclaration] {
        let inner = heads * headWidth
        return ParameterDeclaration.layerNorm("\(path).norm", width: width)
            + (hasContext ? ParameterDeclaration.layerNorm("\(path).context_norm", width: width) : [])
            + ParameterDeclaration.linear("\(path).query", inputs: width, outputs: inner, bias: false)
            + ParameterDeclaration.linear("\(path).key_value", inputs: width, outputs: 2 * inner, bias: false)
            + ParameterDeclaration.linear("\(path).output", inputs: inner, outputs: width, bias: true)
    }

    init(_ path: String, heads: Int, hasContext: Bool, in parameters: ParameterStore, arithmetic: Arithmetic) throws {
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        contextNorm = hasContext ? try LayerNormParameters("\(path).context_norm", in: parameters) : nil
        queryWeight = try parameters.parameter("\(path).query.weight")
        keyValueWeight = try parameters.parameter("\(path).key_value.weight")
        output = try AttentionOutput(path, in: parameters)
        self.heads = heads
        fused =
            arithmetic.isFused(on: parameters.device)
            ? FusedBlocks.Attention(
                norm: norm.pair, contextNorm: contextNorm?.pair, query: queryWeight, keyValue: keyValueWeight,
                output: output.pair, heads: heads)
            : nil
    }

    /// Applies the block to pairs of samples.
    ///
    /// Queries are projected once per sample of `x`, keys and values once per sample of `context`,
    /// whatever the number of pairs.
    ///
    /// # Shapes
    /// - `x`: `[batch, n, d]`
    /// - `context`: `[contexts, m, d]`, or `nil` for self-attention
    /// - Result: `[pairs, n, d]`, or `[pairs, 1, d]` with `lastLatentOnly`
    func callAsFunction(
        _ x: Tensor, context: Tensor? = nil, rows: Rows? = nil, lastLatentOnly: Bool = false
    ) throws -> Tensor {
        if let fused {
            return try fused(
                x, context: context, queries: rows?.queries ?? [], contexts: rows?.contexts ?? [],
                lastLatentOnly: lastLatentOnly)
        }
        let normalised = try norm(x)
        let source = try context.map { try (contextNorm ?? norm)($0) } ?? normalised
        let latents = try x.size(1)
        func requested(_ tensor: Tensor) throws -> Tensor {
            lastLatentOnly ? try tensor.narrowed(axis: 1, start: latents - 1, length: 1) : tensor
        }
        var queries = try requested(normalised).linear(queryWeight)
        var keysAndValues = try source.linear(keyValueWeight)
        var residual = try requested(x)
        if let rows {
            queries = try queries.selected(axis: 0, rows.queries)
            residual = try residual.selected(axis: 0, rows.queries)
            keysAndValues = try keysAndValues.selected(axis: 0, rows.contexts)
        }
        let attended = try Attention.attend(queries, keysAndValues, heads: heads, mask: nil)
        return try output(attended, residual: residual)
    }
}

/// The output projection of an attention block and its residual connection.
struct AttentionOutput {
    private let weight: Tensor
    private let bias: Tensor

    init(_ path: String, in parameters: ParameterStore) throws {
        weight = try parameters.parameter("\(path).output.weight")
        bias = try parameters.parameter("\(path).output.bias")
    }

    /// The weight and bias in the form that the fused blocks take.
    var pair: (weight: Tensor, bias: Tensor) { (weight, bias) }

    /// Projects the attended values and adds the residual.
    ///
    /// # Shapes
    /// - `attended`: `[batch, n, inner]`
    /// - `residual`: broadcasts to `[batch, n, d]`
    /// - Result: `[batch, n, d]`
    func callAsFunction(_ attended: Tensor, residual: Tensor) throws -> Tensor {
        try attended.linear(weight, bias: bias) + residual
    }
}
