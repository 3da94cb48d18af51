import Torch

/// What follows the cross-attention in a Perceiver layer: feed-forward, self-attention, feed-forward.
///
/// As in the public implementation the latent transformer is residual inside, and its result is added to its input once
/// more: x ← LT(x) + x.
struct LatentTransformer {
    private let crossFeedForward: FeedForwardBlock
    private let selfAttention: AttentionBlock
    private let selfFeedForward: FeedForwardBlock

    static func declarations(_ path: String, _ configuration: ModelConfiguration, heads: Int) -> [ParameterDeclaration]
    {
        let (width, hidden) = (configuration.width, configuration.width * configuration.expansion)
        return FeedForwardBlock.declarations("\(path).cross_feed_forward", width: width, hidden: hidden)
            + AttentionBlock.declarations(
                "\(path).self_attention", width: width, heads: heads, headWidth: configuration.headWidth,
                hasContext: false)
            + FeedForwardBlock.declarations("\(path).self_feed_forward", width: width, hidden: hidden)
    }

    init(_ path: String, heads: Int, in parameters: ParameterStore, arithmetic: Arithmetic) throws {
        crossFeedForward = try FeedForwardBlock("\(path).cross_feed_forward", in: parameters, arithmetic: arithmetic)
        selfAttention = try AttentionBlock(
            "\(path).self_attention", heads: heads, hasContext: false, in: parameters, arithmetic: arithmetic)
        selfFeedForward = try FeedForwardBlock("\(path).self_feed_forward", in: parameters, arithmetic: arithmetic)
    }

    /// # Shapes
    /// crossed: (B, n, d). Result: (B, n, d), or (B, 1, d) when only the last latent is asked for.
    func callAsFunction(_ crossed: Tensor, lastLatentOnly: Bool = false) throws -> Tensor {
        let x = try crossFeedForward(crossed)
        let attended = try selfAttention(x, lastLatentOnly: lastLatentOnly)
        let latents = try x.size(1)
        let residual = lastLatentOnly ? try x.narrowed(axis: 1, start: latents - 1, length: 1) : x
        return try selfFeedForward(attended, residual: residual)
    }
}
