/// The sizes of a HighMMT model that do not depend on its tasks.
public struct ModelConfiguration: Codable, Equatable, Sendable {
    /// The number of attention heads in the two attentions of a Perceiver layer.
    public struct Heads: Codable, Equatable, Sendable {
        /// The heads of the cross-attention to tokens or to the latents of another stream.
        public var cross: Int
        /// The heads of the self-attention between latents.
        public var latent: Int

        /// Creates a pair of head counts.
        public init(cross: Int, latent: Int) {
            self.cross = cross
            self.latent = latent
        }
    }

    /// The vector in a token that identifies its modality.
    public enum Identity: Codable, Equatable, Sendable {
        /// A one-hot vector with one entry per modality identity, as in the paper.
        case oneHot
        /// A learned vector. The public implementation uses a width of 10.
        case learned(width: Int)
        /// No vector: tokens do not say which modality they belong to.
        case none
    }

    /// The number of latent vectors n.
    public var latents: Int
    /// The width d of a latent vector.
    public var width: Int
    /// The number of encoder layers. An encoder with 0 layers maps means of tokens linearly.
    public var depth: Int
    /// The number of crossmodal block layers. Without layers, heads read latents of single streams.
    public var crossmodalDepth: Int
    /// The attention heads of the encoder.
    public var encoder: Heads
    /// The attention heads of the crossmodal block.
    public var crossmodal: Heads
    /// The width of each attention head.
    public var headWidth: Int
    /// The width of each head of the cross-attentions; `nil` uses `headWidth`.
    public var crossHeadWidth: Int?
    /// The number of self-attentions per layer, each with a feed-forward block; `nil` is one.
    public var selfAttentions: Int?
    /// The hidden width of a feed-forward block, as a multiple of `width`.
    public var expansion: Int
    /// True when feed-forward blocks have no gates, as with `use_gelu` in the public
    /// implementation; `nil` is false.
    public var hasPlainFeedForward: Bool?
    /// True when heads read the mean of the latents. `nil` is false: heads then read the last
    /// latent of each pair, or all latents of the only stream.
    public var poolsLatents: Bool?
    /// The vector in a token that identifies its modality.
    public var identity: Identity
    /// True when all layers after the first share one cross-attention and the feed-forward block
    /// behind it.
    public var tiesLayers: Bool
    /// True when each head learns placeholders for missing modalities. Without placeholders every
    /// sample must have every modality.
    public var learnsPlaceholders: Bool
    /// The width of a token. `nil` uses the width that the widest modality needs.
    public var tokenWidth: Int?

    /// Creates a configuration. The defaults are those of the public implementation.
    public init(
        latents: Int = 20, width: Int = 64, depth: Int = 1, crossmodalDepth: Int = 1,
        encoder: Heads = Heads(cross: 1, latent: 8), crossmodal: Heads = Heads(cross: 1, latent: 8),
        headWidth: Int = 64, expansion: Int = 4, identity: Identity = .learned(width: 10), tiesLayers: Bool = true,
        learnsPlaceholders: Bool = false, tokenWidth: Int? = nil, crossHeadWidth: Int? = nil,
        selfAttentions: Int? = nil, hasPlainFeedForward: Bool? = nil, poolsLatents: Bool? = nil
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
        self.crossHeadWidth = crossHeadWidth
        self.selfAttentions = selfAttentions
        self.hasPlainFeedForward = hasPlainFeedForward
        self.poolsLatents = poolsLatents
    }

    /// The paper's small setting: 20 latents of width 64.
    public static let small = ModelConfiguration()
    /// The paper's medium setting: 12 latents of width 64.
    public static let medium = ModelConfiguration(latents: 12)
    /// The paper's large setting: 20 latents of width 64, with four cross-attention heads in the
    /// crossmodal block.
    public static let large = ModelConfiguration(
        encoder: Heads(cross: 1, latent: 6), crossmodal: Heads(cross: 4, latent: 6))

    /// An upper bound on every size. Products of two sizes stay far below integer overflow.
    private static let largestSize = 65_536

    /// Checks that every size is within bounds, because a configuration may come from a file.
    ///
    /// - Throws: ``ModelError`` with the name of the size.
    func validate() throws {
        let largest = Self.largestSize
        let sizes = [
            ("latents", latents), ("width", width),
            ("encoder cross heads", encoder.cross), ("encoder latent heads", encoder.latent),
            ("crossmodal cross heads", crossmodal.cross), ("crossmodal latent heads", crossmodal.latent),
            ("head width", headWidth), ("cross head width", crossHeadWidth ?? headWidth),
            ("self-attentions per layer", selfAttentions ?? 1), ("expansion", expansion),
        ]
        for (name, size) in sizes where !(1...largest).contains(size) {
            throw ModelError("the model's \(name) is \(size); expected 1 to \(largest)")
        }
        for (name, depth) in [("depth", depth), ("crossmodal depth", crossmodalDepth)]
        where !(0...largest).contains(depth) {
            throw ModelError("the model's \(name) is \(depth); expected 0 to \(largest)")
        }
        if case .learned(let width) = identity, !(1...largest).contains(width) {
            throw ModelError("the model's identity width is \(width); expected 1 to \(largest)")
        }
        if let tokenWidth, !(1...ModalityShape.largestWidth).contains(tokenWidth) {
            throw ModelError(
                "the model's token width is \(tokenWidth); expected 1 to \(ModalityShape.largestWidth)")
        }
    }
}
