import Torch

/// A Perceiver block in which the latents of one stream attend to those of another.
///
/// A block without layers returns the latents of the query, whatever the context.
struct CrossmodalBlock {
    private struct Layer {
        let cross: AttentionBlock
        let transformer: LatentTransformer
    }

    private let layers: [Layer]
    private let poolsLatents: Bool

    static func declarations(_ path: String, _ configuration: ModelConfiguration) -> [ParameterDeclaration] {
        (0..<configuration.crossmodalDepth).flatMap { layer in
            AttentionBlock.declarations(
                "\(path).layer.\(layer).cross_attention", width: configuration.width,
                heads: configuration.crossmodal.cross,
                headWidth: configuration.crossHeadWidth ?? configuration.headWidth, hasContext: true)
                + LatentTransformer.declarations(
                    "\(path).layer.\(layer)", configuration, heads: configuration.crossmodal.latent)
        }
    }

    init(
        _ path: String, _ configuration: ModelConfiguration, in parameters: ParameterStore, arithmetic: Arithmetic
    ) throws {
        poolsLatents = configuration.poolsLatents == true
        layers = try (0..<configuration.crossmodalDepth).map { layer in
            try Layer(
                cross: AttentionBlock(
                    "\(path).layer.\(layer).cross_attention", heads: configuration.crossmodal.cross, hasContext: true,
                    in: parameters, arithmetic: arithmetic),
                transformer: LatentTransformer(
                    "\(path).layer.\(layer)", configuration, heads: configuration.crossmodal.latent, in: parameters,
                    arithmetic: arithmetic))
        }
    }

    /// Returns the last latent of every pair of samples, or the mean of its latents.
    ///
    /// If heads read only the last latent, the last layer computes no other. See
    /// the article Performance, "What makes the difference", exact algebra.
    ///
    /// # Shapes
    /// - `latents`: `[samples of all streams, n, d]`
    /// - `rows`: the pairs of samples in `latents`
    /// - Result: `[pairs, 1, d]`
    func callAsFunction(_ latents: Tensor, rows: AttentionBlock.Rows) throws -> Tensor {
        var x = try layers.isEmpty ? latents.selected(axis: 0, rows.queries) : latents
        for (index, layer) in layers.enumerated() {
            let paired =
                index == 0 ? rows : AttentionBlock.Rows(queries: Array(rows.queries.indices), contexts: rows.contexts)
            let crossed = try layer.cross(x, context: latents, rows: paired)
            x = try layer.transformer(crossed, lastLatentOnly: !poolsLatents && index == layers.count - 1)
        }
        if poolsLatents { return try x.mean(axes: [1], keepingAxes: true) }
        let count = try x.size(1)
        return count == 1 ? x : try x.narrowed(axis: 1, start: count - 1, length: 1)
    }
}
