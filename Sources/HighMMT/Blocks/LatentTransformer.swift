import Torch

/// The blocks after the cross-attention of a Perceiver layer: feed-forward, self-attention,
/// feed-forward.
///
/// The latent transformer LT is residual inside. As in the public implementation, its result is
/// also added to its input: x ← LT(x) + x.
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

    /// Applies the three blocks.
    ///
    /// # Shapes
    /// - `crossed`: `[batch, n, d]`
    /// - Result: `[batch, n, d]`, or `[batch, 1, d]` with `lastLatentOnly`
    func callAsFunction(_ crossed: Tensor, lastLatentOnly: Bool = false) throws -> Tensor {
        let x = try crossFeedForward(crossed)
        let attended = try selfAttention(x, lastLatentOnly: lastLatentOnly)
        let latents = try x.size(1)
        let residual = lastLatentOnly ? try x.narrowed(axis: 1, start: latents - 1, length: 1) : x
        return try selfFeedForward(attended, residual: residual)
    }
}
