import Torch

/// The blocks after the cross-attention of a Perceiver layer: feed-forward, then one or more times
/// self-attention and feed-forward.
///
/// The latent transformer LT is residual inside. As in the public implementation, its result is
/// also added to its input: x ← LT(x) + x.
struct LatentTransformer {
    private struct Block {
        let attention: AttentionBlock
        let feedForward: FeedForwardBlock
    }

    private let crossFeedForward: FeedForwardBlock
    private let blocks: [Block]

    static func declarations(_ path: String, _ configuration: ModelConfiguration, heads: Int) -> [ParameterDeclaration]
    {
        names(configuration).reduce(
            FeedForwardBlock.declarations("\(path).cross_feed_forward", configuration)
        ) { declarations, names in
            declarations
                + AttentionBlock.declarations(
                    "\(path).\(names.attention)", width: configuration.width, heads: heads,
                    headWidth: configuration.headWidth, hasContext: false)
                + FeedForwardBlock.declarations("\(path).\(names.feedForward)", configuration)
        }
    }

    /// The names of the blocks in the paths of parameters. The first pair has no number.
    private static func names(_ configuration: ModelConfiguration) -> [(attention: String, feedForward: String)] {
        (0..<(configuration.selfAttentions ?? 1)).map { index in
            let suffix = index == 0 ? "" : "_\(index)"
            return ("self_attention" + suffix, "self_feed_forward" + suffix)
        }
    }

    /// Returns true for the name of a block after the first self-attention and its feed-forward
    /// block.
    static func isAdditional(_ name: String) -> Bool {
        name.hasPrefix("self_attention_") || name.hasPrefix("self_feed_forward_")
    }

    init(
        _ path: String, _ configuration: ModelConfiguration, heads: Int, in parameters: ParameterStore,
        arithmetic: Arithmetic
    ) throws {
        let isPlain = configuration.hasPlainFeedForward == true
        crossFeedForward = try FeedForwardBlock(
            "\(path).cross_feed_forward", isPlain: isPlain, in: parameters, arithmetic: arithmetic)
        blocks = try Self.names(configuration).map { names in
            try Block(
                attention: AttentionBlock(
                    "\(path).\(names.attention)", heads: heads, hasContext: false, in: parameters,
                    arithmetic: arithmetic),
                feedForward: FeedForwardBlock(
                    "\(path).\(names.feedForward)", isPlain: isPlain, in: parameters, arithmetic: arithmetic))
        }
    }

    /// Applies the blocks.
    ///
    /// # Shapes
    /// - `crossed`: `[batch, n, d]`
    /// - Result: `[batch, n, d]`, or `[batch, 1, d]` with `lastLatentOnly`
    func callAsFunction(_ crossed: Tensor, lastLatentOnly: Bool = false) throws -> Tensor {
        let x = try crossFeedForward(crossed)
        let latents = try x.size(1)
        var y = x
        for (index, block) in blocks.enumerated() {
            let isLast = index == blocks.count - 1
            let attended = try block.attention(y, lastLatentOnly: lastLatentOnly && isLast)
            let added = lastLatentOnly ? try x.narrowed(axis: 1, start: latents - 1, length: 1) : x
            y = try block.feedForward(attended, residual: isLast ? added : nil)
        }
        return y
    }
}
