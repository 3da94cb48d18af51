import CTorch

extension FusedBlocks {
    /// The tokens [data | zeros | position | identity] of a stream, which are never formed.
    public struct TokenStream {
        /// The sample-dependent part of each token, `[batch, tokens, channels]`.
        public var data: Tensor
        /// True for valid tokens, `[batch, tokens]`. `nil` marks all tokens as valid.
        public var mask: Tensor?
        /// The position of each token, `[tokens, position width]`. `nil` for tokens without
        /// positions.
        public var positions: Tensor?
        /// The identity vector, `[identity width]`.
        public var identity: Tensor
        /// The sum over each position, `[tokens]`.
        public var sums: Tensor
        /// The sum of squares over each position, `[tokens]`.
        public var squares: Tensor

        /// Creates a stream from its parts.
        public init(
            data: Tensor, mask: Tensor?, positions: Tensor?, identity: Tensor, sums: Tensor, squares: Tensor
        ) {
            self.data = data
            self.mask = mask
            self.positions = positions
            self.identity = identity
            self.sums = sums
            self.squares = squares
        }
    }

    /// The parameters of a multi-head attention block from latents to tokens.
    public struct TokenAttention {
        let norm: (weight: Tensor, bias: Tensor)
        let contextNorm: (weight: Tensor, bias: Tensor)
        let query: Tensor
        let keyValue: Tensor
        let output: (weight: Tensor, bias: Tensor)
        let heads: Int

        /// Creates a block from its parameters.
        ///
        /// # Shapes
        /// With d the width, t the width of a token, and inner = heads · head width:
        /// - `norm`: weight and bias `[d]`
        /// - `contextNorm`: weight and bias `[t]`
        /// - `query`: `[inner, d]`
        /// - `keyValue`: `[2 · inner, t]`, keys first
        /// - `output`: weight `[d, inner]`, bias `[d]`
        public init(
            norm: (weight: Tensor, bias: Tensor), contextNorm: (weight: Tensor, bias: Tensor), query: Tensor,
            keyValue: Tensor, output: (weight: Tensor, bias: Tensor), heads: Int
        ) {
            self.norm = norm
            self.contextNorm = contextNorm
            self.query = query
            self.keyValue = keyValue
            self.output = output
            self.heads = heads
        }

        /// Returns x + W·attention(LN(x), LN(tokens)) + b for the samples of several streams.
        ///
        /// # Shapes
        /// - `latents`: `[n, d]` to use the same latents for every sample, or
        ///   `[samples of all streams, n, d]`
        /// - Result: `[samples of all streams, n, d]`, in the order of the streams
        ///
        /// - Throws: ``TorchError`` when there is no stream, shapes do not match, or a tensor is
        ///   not float32 on the CPU.
        public func callAsFunction(_ latents: Tensor, streams: [TokenStream]) throws -> Tensor {
            let latents = try latents.contiguous()
            let streams = try streams.map {
                var stream = $0
                stream.data = try $0.data.contiguous()
                stream.mask = try $0.mask?.contiguous()
                return stream
            }
            let handles = streams.map {
                CTTokenStream(
                    data: $0.data.handle, mask: $0.mask?.handle, positions: $0.positions?.handle,
                    identity: $0.identity.handle, sums: $0.sums.handle, squares: $0.squares.handle)
            }
            return try withExtendedLifetime(streams) {
                try produced("fused token block", [latents] + streams.map(\.data)) {
                    ct_fused_token_block(
                        $0, latents.handle, handles, Int64(handles.count), norm.weight.handle, norm.bias.handle,
                        contextNorm.weight.handle, contextNorm.bias.handle, query.handle, keyValue.handle,
                        output.weight.handle, output.bias.handle, Int64(heads))
                }
            }
        }
    }
}
