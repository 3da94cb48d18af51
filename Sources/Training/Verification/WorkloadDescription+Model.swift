import HighMMT

extension WorkloadDescription {
    /// Returns the sizes of the model.
    package func modelConfiguration(
        identity: ModelConfiguration.Identity, tiesLayers: Bool, tokenWidth: Int? = nil
    ) -> ModelConfiguration {
        ModelConfiguration(
            latents: configuration.latents, width: configuration.width, depth: configuration.depth,
            crossmodalDepth: configuration.crossmodalDepth,
            encoder: .init(cross: configuration.crossHeads, latent: configuration.latentHeads),
            crossmodal: .init(cross: configuration.crossmodalCrossHeads, latent: configuration.latentHeads),
            headWidth: configuration.latentHeadWidth, identity: identity, tiesLayers: tiesLayers,
            tokenWidth: tokenWidth,
            crossHeadWidth: configuration.crossHeadWidth == configuration.latentHeadWidth
                ? nil : configuration.crossHeadWidth,
            selfAttentions: configuration.selfAttentions, hasPlainFeedForward: configuration.hasPlainFeedForward,
            poolsLatents: configuration.poolsLatents)
    }
}
