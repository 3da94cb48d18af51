/// The model of a suite: the sizes of a preset, with the suite's replacements.
public struct ModelSettings: Hashable, Sendable, Codable {
    /// Attention heads of the encoder.
    public struct Encoder: Hashable, Sendable, Codable {
        /// Heads of the attention from latents to tokens.
        public var crossHeads: Int
        /// Heads of the attention among latents.
        public var selfHeads: Int

        enum CodingKeys: String, CodingKey {
            case crossHeads = "cross_heads"
            case selfHeads = "self_heads"
        }

        init(_ reader: ConfigurationReader, preset: ModelPreset) throws {
            crossHeads = try reader.integer("cross_heads", in: 1...256, default: preset.encoderHeads.cross)
            selfHeads = try reader.integer("self_heads", in: 1...256, default: preset.encoderHeads.latent)
        }
    }

    /// Attention heads and layers of the crossmodal block.
    public struct Crossmodal: Hashable, Sendable, Codable {
        /// Heads of the attention from one stream's latents to another's.
        public var crossHeads: Int
        /// Heads of the attention among latents.
        public var selfHeads: Int
        /// Layers. With 0, heads read the latents of single streams and no stream attends to
        /// another, to measure what the block is good for.
        public var depth: Int

        enum CodingKeys: String, CodingKey {
            case crossHeads = "cross_heads"
            case selfHeads = "self_heads"
            case depth
        }

        init(_ reader: ConfigurationReader, preset: ModelPreset) throws {
            crossHeads = try reader.integer("cross_heads", in: 1...256, default: preset.crossmodalHeads.cross)
            selfHeads = try reader.integer("self_heads", in: 1...256, default: preset.crossmodalHeads.latent)
            depth = try reader.integer("depth", in: 0...256, default: 1)
        }
    }

    /// The parameter sharing: group names by stream `task/modality` and by pair
    /// `task/first+second`.
    public struct Groups: Hashable, Sendable, Codable {
        /// The group of each stream; all unlisted streams share one additional group.
        public var encoders: [String: String]
        /// The group of each pair, with its modalities sorted; all unlisted pairs share one
        /// additional group.
        public var crossmodal: [String: String]

        init(_ reader: ConfigurationReader) throws {
            encoders = try reader.texts("encoders")
            crossmodal = try reader.texts("crossmodal")
        }

        /// Creates groups from both maps.
        public init(encoders: [String: String], crossmodal: [String: String]) {
            self.encoders = encoders
            self.crossmodal = crossmodal
        }
    }

    /// The kind of model; `nil` for HighMMT, as in runs and measurements of earlier versions.
    private var otherMethod: ModelMethod?
    /// The preset, which supplies every value that the suite omits.
    public var preset: ModelPreset
    /// The number of latent vectors per stream.
    public var latents: Int
    /// The width of a latent vector.
    public var width: Int
    /// The width of an attention head.
    public var headWidth: Int
    /// The width of a cross-attention head; `nil` uses `headWidth`.
    public var crossHeadWidth: Int?
    /// The number of self-attentions per layer; `nil` is one.
    public var selfAttentions: Int?
    /// True when feed-forward blocks have no gates; `nil` is false.
    public var plainFeedForward: Bool?
    /// True when heads read the mean of the latents; `nil` is false.
    public var poolLatents: Bool?
    /// Layers of the encoder. With 0, latents are a linear map of the means of parts of the
    /// tokens, to measure what the encoder is good for.
    public var depth: Int
    /// The encoder's attention.
    public var encoder: Encoder
    /// The crossmodal block.
    public var crossmodal: Crossmodal
    /// The kind of modality embedding in each token.
    public var identity: IdentityKind
    /// The width of a learned modality embedding.
    public var identityWidth: Int
    /// True when all layers after the first share their parameters.
    public var tieLayers: Bool
    /// The minimum width of a token; `nil` uses the width that the widest modality needs.
    public var tokenWidth: Int?
    /// The groups of streams and pairs that share parameters; `nil` shares all parameters.
    public var groups: Groups?

    /// The kind of model.
    public var method: ModelMethod {
        get { otherMethod ?? .highmmt }
        set { otherMethod = newValue == .highmmt ? nil : newValue }
    }

    enum CodingKeys: String, CodingKey {
        case preset, latents, width, depth, encoder, crossmodal, identity, groups
        case headWidth = "head_width"
        case crossHeadWidth = "cross_head_width"
        case selfAttentions = "self_attentions"
        case plainFeedForward = "plain_feed_forward"
        case poolLatents = "pool_latents"
        case identityWidth = "identity_width"
        case tieLayers = "tie_layers"
        case tokenWidth = "token_width"
        case otherMethod = "method"
    }

    init(_ reader: ConfigurationReader) throws {
        let method: ModelMethod = try reader.choice("method", default: .highmmt)
        otherMethod = method == .highmmt ? nil : method
        let preset: ModelPreset = try reader.choice("preset", default: .large)
        self.preset = preset
        latents = try reader.integer("latents", in: 1...65_536, default: preset.latents)
        width = try reader.integer("width", in: 1...65_536, default: preset.width)
        headWidth = try reader.integer("head_width", in: 1...65_536, default: 64)
        crossHeadWidth = try reader.optionalInteger("cross_head_width", in: 1...65_536)
        selfAttentions = try reader.optionalInteger("self_attentions", in: 1...256)
        plainFeedForward = try reader.flag("plain_feed_forward", default: false) ? true : nil
        poolLatents = try reader.flag("pool_latents", default: false) ? true : nil
        depth = try reader.integer("depth", in: 0...256, default: 1)
        encoder = try reader.section("encoder") { try Encoder($0, preset: preset) }
        crossmodal = try reader.section("crossmodal") { try Crossmodal($0, preset: preset) }
        identity = try reader.choice("identity", default: .learned)
        identityWidth = try reader.integer("identity_width", in: 1...65_536, default: 10)
        tieLayers = try reader.flag("tie_layers", default: true)
        tokenWidth = try reader.optionalInteger("token_width", in: 1...(1 << 28))
        groups = try reader.optional("groups") { try Groups($0) }
    }
}
