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
}
