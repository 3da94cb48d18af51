import Torch

/// A Perceiver encoder whose learned latents attend to the tokens of a stream in every layer.
///
/// An encoder without layers adds its latents to a linear map of the means of tokens.
struct Encoder {
    private struct Layer {
        let cross: TokenAttentionBlock
        let transformer: LatentTransformer
    }

    private let latents: Tensor
    private let layers: [Layer]
    /// The map of tokens in an encoder without layers.
    private let projection: PooledProjection?

    static func declarations(
        _ path: String, _ configuration: ModelConfiguration, tokenWidth: Int
    ) -> [ParameterDeclaration] {
        let latents = ParameterDeclaration("\(path).latents", [configuration.latents, configuration.width], .normal)
        guard configuration.depth > 0 else {
            return [latents] + PooledProjection.declarations(path, width: configuration.width, tokenWidth: tokenWidth)
        }
        return (0..<configuration.depth).reduce([latents]) { declarations, layer in
            declarations
                + TokenAttentionBlock.declarations(
                    "\(path).layer.\(layer).cross_attention", width: configuration.width, tokenWidth: tokenWidth,
                    heads: configuration.encoder.cross,
                    headWidth: configuration.crossHeadWidth ?? configuration.headWidth)
                + LatentTransformer.declarations(
                    "\(path).layer.\(layer)", configuration, heads: configuration.encoder.latent)
        }
    }

    init(
        _ path: String, _ configuration: ModelConfiguration, in parameters: ParameterStore, arithmetic: Arithmetic
    ) throws {
        latents = try parameters.parameter("\(path).latents")
        layers = try (0..<configuration.depth).map { layer in
            try Layer(
                cross: TokenAttentionBlock(
                    "\(path).layer.\(layer).cross_attention", heads: configuration.encoder.cross, in: parameters,
                    arithmetic: arithmetic),
                transformer: LatentTransformer(
                    "\(path).layer.\(layer)", configuration, heads: configuration.encoder.latent, in: parameters,
                    arithmetic: arithmetic))
        }
        projection = try layers.isEmpty ? PooledProjection(path, latents: configuration.latents, in: parameters) : nil
    }

    /// Encodes the streams that share this encoder as one stack.
    ///
    /// # Shapes
    /// - `streams`: for each stream, see ``TokenAttentionBlock/Tokens``
    /// - Result: `[samples of all streams, n, d]`, in the order of the streams
    func callAsFunction(_ streams: [TokenAttentionBlock.Tokens]) throws -> Tensor {
        if let projection {
            return try Tensor.concatenated(streams.map { try projection($0) + latents }, axis: 0)
        }
        return try layers.reduce(latents) { x, layer in try layer.transformer(layer.cross(x, streams: streams)) }
    }
}
