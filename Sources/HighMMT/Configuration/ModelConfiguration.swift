/// The sizes of a HighMMT model that do not depend on its tasks.
public struct ModelConfiguration: Codable, Equatable, Sendable {
    /// The heads of the two attentions of a Perceiver layer.
    public struct Heads: Codable, Equatable, Sendable {
        /// Heads of the cross-attention, which reads tokens or the latents of a partner.
        public var cross: Int
        /// Heads of the self-attention among latents.
        public var latent: Int

        /// Names both numbers.
        public init(cross: Int, latent: Int) {
            self.cross = cross
            self.latent = latent
        }
    }

    /// How a token says which modality it belongs to.
    public enum Identity: Codable, Equatable, Sendable {
        /// A one-hot vector, as wide as there are modalities (the paper).
        case oneHot
        /// A learned vector (the public implementation: 10 wide).
        case learned(width: Int)
    }

    /// The number of latent vectors n.
    public var latents: Int
    /// The width d of a latent vector.
    public var width: Int
    /// Layers of the Perceiver encoder.
    public var depth: Int
    /// Layers of the crossmodal block.
    public var crossmodalDepth: Int
    /// Heads of the encoder.
    public var encoder: Heads
    /// Heads of the crossmodal block.
    public var crossmodal: Heads
    /// The width of one head of every attention.
    public var headWidth: Int
    /// The hidden width of a feed-forward part, in multiples of `width`.
    public var expansion: Int
    /// How a token says which modality it belongs to.
    public var identity: Identity
    /// Whether the cross-attention and its feed-forward are the same in all layers after the first.
    public var tiesLayers: Bool
    /// Whether heads learn what stands for an absent modality. A model without cannot do without any modality.
    public var learnsPlaceholders: Bool
    /// The width of a token; the widest modality of the tasks when nothing is given.
    public var tokenWidth: Int?

    /// Sizes with the defaults of the public implementation.
    public init(
        latents: Int = 20, width: Int = 64, depth: Int = 1, crossmodalDepth: Int = 1,
        encoder: Heads = Heads(cross: 1, latent: 8), crossmodal: Heads = Heads(cross: 1, latent: 8),
        headWidth: Int = 64, expansion: Int = 4, identity: Identity = .learned(width: 10), tiesLayers: Bool = true,
        learnsPlaceholders: Bool = false, tokenWidth: Int? = nil
    ) {
        self.latents = latents
        self.width = width
        self.depth = depth
        self.crossmodalDepth = crossmodalDepth
        self.encoder = encoder
        self.crossmodal = crossmodal
        self.headWidth = headWidth
        self.expansion = expansion
        self.identity = identity
        self.tiesLayers = tiesLayers
        self.learnsPlaceholders = learnsPlaceholders
        self.tokenWidth = tokenWidth
    }

    /// The paper's small setting: 20 latents of 64.
    public static let small = ModelConfiguration()
    /// The paper's medium setting: 12 latents of 64.
    public static let medium = ModelConfiguration(latents: 12)
    /// The paper's large setting: 20 latents of 64, four heads between modalities.
    public static let large = ModelConfiguration(
        encoder: Heads(cross: 1, latent: 6), crossmodal: Heads(cross: 4, latent: 6))

    /// No size of a sensible model is larger, and products of two such sizes are still numbers.
    private static let largestSize = 65_536

    /// Checks that every size is positive and none is absurd: a configuration may come from a file.
    ///
    /// - Throws: ``ModelError`` that names the size.
    func validate() throws {
        let largest = ModelConfiguration.largestSize
        let sizes = [
            ("latents", latents), ("width", width), ("depth", depth), ("crossmodal depth", crossmodalDepth),
            ("encoder cross heads", encoder.cross), ("encoder latent heads", encoder.latent),
            ("crossmodal cross heads", crossmodal.cross), ("crossmodal latent heads", crossmodal.latent),
            ("head width", headWidth), ("expansion", expansion),
        ]
        for (name, size) in sizes where !(1...largest).contains(size) {
            throw ModelError("the model's \(name) is \(size); expected 1 to \(largest)")
        }
        if case .learned(let width) = identity, !(1...largest).contains(width) {
            throw ModelError("the model's identity is \(width) wide; expected 1 to \(largest)")
        }
        if let tokenWidth, !(1...ModalityShape.largestWidth).contains(tokenWidth) {
            throw ModelError(
                "the model's token width is \(tokenWidth); expected 1 to \(ModalityShape.largestWidth)")
        }
    }
}
