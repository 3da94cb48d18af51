import CTorch

/// The model's blocks as fused functions for the CPU, forward and backward.
///
/// They compute the same functions as the composed operations, up to rounding, in chunks that stay
/// in the cache. See the article Performance, "What makes the difference".
public enum FusedBlocks {
    /// The instruction set in use: `avx512`, `avx2` or `portable`.
    ///
    /// It is the best one of this processor, unless the environment variable
    /// `HIGHMMT_INSTRUCTIONS` names another. If that one cannot be used, the value is "unsupported"
    /// or "unknown", and every fused block throws an error that lists the usable ones.
    public static var instructionSet: String { String(cString: ct_fused_instruction_set()) }

    /// The parameters of a gated feed-forward block.
    public struct FeedForward {
        let norm: (weight: Tensor, bias: Tensor)
        let expand: (weight: Tensor, bias: Tensor)
        let contract: (weight: Tensor, bias: Tensor)

        /// Creates a block from its parameters.
        ///
        /// # Shapes
        /// With d the width and h the hidden width:
        /// - `norm`: weight and bias `[d]`
        /// - `expand`: weight `[2h, d]`, bias `[2h]`
        /// - `contract`: weight `[d, h]`, bias `[d]`
        public init(
            norm: (weight: Tensor, bias: Tensor), expand: (weight: Tensor, bias: Tensor),
            contract: (weight: Tensor, bias: Tensor)
        ) {
            self.norm = norm
            self.expand = expand
            self.contract = contract
        }

        /// Returns x + W₂·(u · gelu(v)) + b₂ + residual with (u, v) = W₁·LN(x) + b₁.
        ///
        /// W₁ and b₁ are `expand`, W₂ and b₂ are `contract`. A `nil` residual adds nothing.
        ///
        /// # Shapes
        /// - `x`, `residual`: `[…, d]`
        /// - Result: `[…, d]`
        ///
        /// - Throws: ``TorchError`` when shapes do not match or a tensor is not float32 on the CPU.
        public func callAsFunction(_ x: Tensor, residual: Tensor?) throws -> Tensor {
            let (x, residual) = (try x.contiguous(), try residual?.contiguous())
            return try produced("fused feed-forward", [x, expand.weight]) {
                ct_fused_feed_forward(
                    $0, x.handle, residual?.handle, norm.weight.handle, norm.bias.handle, expand.weight.handle,
                    expand.bias.handle, contract.weight.handle, contract.bias.handle)
            }
        }
    }

    /// The parameters of a multi-head attention block between latents.
    public struct Attention {
        let norm: (weight: Tensor, bias: Tensor)
        let contextNorm: (weight: Tensor, bias: Tensor)?
        let query: Tensor
        let keyValue: Tensor
        let output: (weight: Tensor, bias: Tensor)
        let heads: Int

        /// Creates a block from its parameters. For self-attention `contextNorm` is `nil`.
        ///
        /// # Shapes
        /// With d the width and inner = heads · head width:
        /// - `norm`, `contextNorm`: weight and bias `[d]`
        /// - `query`: `[inner, d]`
        /// - `keyValue`: `[2 · inner, d]`, keys first
        /// - `output`: weight `[d, inner]`, bias `[d]`
        public init(
            norm: (weight: Tensor, bias: Tensor), contextNorm: (weight: Tensor, bias: Tensor)?, query: Tensor,
            keyValue: Tensor, output: (weight: Tensor, bias: Tensor), heads: Int
        ) {
            self.norm = norm
            self.contextNorm = contextNorm
            self.query = query
            self.keyValue = keyValue
            self.output = output
            self.heads = heads
        }

        /// Returns x + W·attention(LN(x), LN(context)) + b for pairs of samples.
        ///
        /// # Shapes
        /// - `x`: `[batch, n, d]`
        /// - `context`: `[contexts, m, d]`, or `nil` for self-attention
        /// - Result: `[pairs, n, d]`, or `[pairs, 1, d]` with `lastLatentOnly`
        ///
        /// - Parameters:
        ///   - queries: For each pair, the index of its sample in `x`. An empty list pairs each
        ///     sample of `x` with the context sample of the same index.
        ///   - contexts: For each pair, the index of its sample in `context`.
        ///   - lastLatentOnly: True to compute only the last latent of each pair.
        /// - Throws: ``TorchError`` when `queries` and `contexts` differ in length, shapes do not
        ///   match, or a tensor is not float32 on the CPU.
        public func callAsFunction(
            _ x: Tensor, context: Tensor?, queries: [Int] = [], contexts: [Int] = [], lastLatentOnly: Bool
        ) throws -> Tensor {
            let (x, context) = (try x.contiguous(), try context?.contiguous())
            let (queries, contexts) = (queries.map(Int64.init), contexts.map(Int64.init))
            guard queries.count == contexts.count else {
                throw TorchError(
                    operation: "fused attention",
                    message: "\(queries.count) queries for \(contexts.count) contexts; expected the same number")
            }
            return try produced("fused attention", [x] + (context.map { [$0] } ?? [])) { out in
                ct_fused_attention(
                    out, x.handle, context?.handle, queries, contexts, Int64(queries.count), norm.weight.handle,
                    norm.bias.handle, contextNorm?.weight.handle, contextNorm?.bias.handle, query.handle,
                    keyValue.handle, output.weight.handle, output.bias.handle, Int64(heads), lastLatentOnly ? 1 : 0,
                    nil)
            }
        }
    }

    /// The tokens of a stream in factored form, for the fused token attention.
    ///
    /// Layer normalisation and projection to keys and values give rstd·(data·a + c) − mean·rstd·w +
    /// b. See the article Performance, "What makes the difference", exact algebra.
    public struct Tokens {
        /// The sample-dependent part of each token, `[batch, tokens, channels]`.
        public var data: Tensor
        /// True for valid tokens, `[batch, tokens]`. `nil` marks all tokens as valid.
        public var mask: Tensor?
        /// The projection a of the data, `[channels, 2 · inner]`, keys first.
        public var dataWeights: Tensor
        /// The projected constant part c of each token, `[tokens, 2 · inner]`.
        public var constants: Tensor
        /// The sum over the constant part of each token, `[tokens]`.
        public var sums: Tensor
        /// The sum of squares over the constant part of each token, `[tokens]`.
        public var squares: Tensor

        /// Creates the tokens of a stream from their parts.
        public init(
            data: Tensor, mask: Tensor?, dataWeights: Tensor, constants: Tensor, sums: Tensor, squares: Tensor
        ) {
            self.data = data
            self.mask = mask
            self.dataWeights = dataWeights
            self.constants = constants
            self.sums = sums
            self.squares = squares
        }
    }

    /// Returns the attention softmax(q·kᵀ)·v from queries to the tokens of a stream.
    ///
    /// # Shapes
    /// - `queries`: `[batch, heads, n, headWidth]`, or `[heads, n, headWidth]` to use the same
    ///   queries for every sample
    /// - `meanWeights` (w), `bias` (b): `[2 · inner]`
    /// - Result: `[batch, n, inner]`
    ///
    /// - Parameters:
    ///   - queries: The projected queries, already scaled by 1/√headWidth.
    ///   - width: The width of a whole token, including padding, position and identity.
    /// - Throws: ``TorchError`` when shapes do not match or a tensor is not float32 on the CPU.
    public static func attend(
        _ queries: Tensor, to tokens: Tokens, meanWeights: Tensor, bias: Tensor, width: Int
    ) throws -> Tensor {
        let data = try tokens.data.contiguous()
        let mask = try tokens.mask?.contiguous()
        let (queries, weights) = (try queries.contiguous(), try tokens.dataWeights.contiguous())
        let (constants, sums) = (try tokens.constants.contiguous(), try tokens.sums.contiguous())
        let squares = try tokens.squares.contiguous()
        return try produced("fused token attention", [data, queries]) {
            ct_fused_token_attention(
                $0, data.handle, mask?.handle, queries.handle, weights.handle, constants.handle, meanWeights.handle,
                bias.handle, sums.handle, squares.handle, Int64(width))
        }
    }
}
