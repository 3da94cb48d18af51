import CTorch

/// The model's blocks as single functions for the CPU, forward and backward.
///
/// They compute what the composed operations compute, up to rounding, in chunks that stay in the cache.
public enum FusedBlocks {
    /// The instruction set they use: avx512, avx2 or portable.
    ///
    /// It is the best one of this processor, unless the environment variable `HIGHMMT_INSTRUCTIONS` names another. If that
    /// cannot be used, this is "unsupported" or "unknown", and every fused block throws with the names that can.
    public static var instructionSet: String { String(cString: ct_fused_instruction_set()) }

    /// The parameters of a feed-forward part.
    public struct FeedForward {
        let norm: (weight: Tensor, bias: Tensor)
        let expand: (weight: Tensor, bias: Tensor)
        let contract: (weight: Tensor, bias: Tensor)

        /// Weights as in ``Tensor/linear(_:bias:)``: expand (2h, d), contract (d, h).
        public init(
            norm: (weight: Tensor, bias: Tensor), expand: (weight: Tensor, bias: Tensor),
            contract: (weight: Tensor, bias: Tensor)
        ) {
            self.norm = norm
            self.expand = expand
            self.contract = contract
        }

        /// x + W₂·(u · gelu(v)) + b₂ + residual with (u, v) = W₁·LN(x) + b₁.
        ///
        /// # Shapes
        /// x, residual and result: (…, d).
        public func callAsFunction(_ x: Tensor, residual: Tensor?) throws -> Tensor {
            let (x, residual) = (try x.contiguous(), try residual?.contiguous())
            return try produced("fused feed-forward", [x, expand.weight]) {
                ct_fused_feed_forward(
                    $0, x.handle, residual?.handle, norm.weight.handle, norm.bias.handle, expand.weight.handle,
                    expand.bias.handle, contract.weight.handle, contract.bias.handle)
            }
        }
    }

    /// The parameters of an attention among latents.
    public struct Attention {
        let norm: (weight: Tensor, bias: Tensor)
        let contextNorm: (weight: Tensor, bias: Tensor)?
        let query: Tensor
        let keyValue: Tensor
        let output: (weight: Tensor, bias: Tensor)
        let heads: Int

        /// Weights: query (inner, d), keys and values (2·inner, d), output (d, inner). Self-attention has no norm of its
        /// context.
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

        /// x + W·attention(LN(x), LN(context)) + b for listed pairs of samples, or for each sample with itself.
        ///
        /// # Shapes
        /// x: (B, n, d); context: (C, m, d), or nothing for self-attention. Result: (rows, n, d), or (rows, 1, d) when only
        /// the last latent is asked for.
        public func callAsFunction(
            _ x: Tensor, context: Tensor?, queries: [Int] = [], contexts: [Int] = [], lastLatentOnly: Bool
        ) throws -> Tensor {
            let (x, context) = (try x.contiguous(), try context?.contiguous())
            let (queries, contexts) = (queries.map(Int64.init), contexts.map(Int64.init))
            guard queries.count == contexts.count else {
                throw TorchError(
                    operation: "fused attention", message: "\(queries.count) queries for \(contexts.count) contexts")
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

    /// The tokens of a stream as the fused attention takes them: their layer normalisation and their projection to keys and
    /// values are rstd·(data·a + c) − mean·rstd·w + b.
    public struct Tokens {
        /// (B, tokens, channels)
        public var data: Tensor
        /// (B, tokens), true for valid tokens; nothing when all are.
        public var mask: Tensor?
        /// a, (channels, 2·inner), keys first.
        public var dataWeights: Tensor
        /// c, (tokens, 2·inner).
        public var constants: Tensor
        /// The sum of the constant part of each token, (tokens).
        public var sums: Tensor
        /// The sum of squares of the constant part of each token, (tokens).
        public var squares: Tensor

        /// Names all parts.
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

    /// softmax(q·kᵀ)·v of queries to the tokens of a stream.
    ///
    /// # Shapes
    /// queries: (B, heads, n, head width), or (heads, n, head width) when they are the same for all samples, scaled; meanWeights w and bias b: (2·inner). Result: (B, n, inner).
    ///
    /// - Parameter width: the numbers of a whole token.
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
