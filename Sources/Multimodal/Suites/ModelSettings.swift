/// The model of a suite, as plain numbers: a preset, with whatever the suite says instead.
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
        /// Layers.
        public var depth: Int

        enum CodingKeys: String, CodingKey {
            case crossHeads = "cross_heads"
            case selfHeads = "self_heads"
            case depth
        }

        init(_ reader: ConfigurationReader, preset: ModelPreset) throws {
            crossHeads = try reader.integer("cross_heads", in: 1...256, default: preset.crossmodalHeads.cross)
            selfHeads = try reader.integer("self_heads", in: 1...256, default: preset.crossmodalHeads.latent)
            depth = try reader.integer("depth", in: 1...256, default: 1)
        }
    }

    /// Which streams and pairs share parameters: streams `task/modality` and pairs `task/first+second` to group names.
    public struct Groups: Hashable, Sendable, Codable {
        /// Group of each stream; streams that are not named form one more group together.
        public var encoders: [String: String]
        /// Group of each pair, modalities sorted; pairs that are not named form one more group together.
        public var crossmodal: [String: String]

        init(_ reader: ConfigurationReader) throws {
            encoders = try reader.texts("encoders")
            crossmodal = try reader.texts("crossmodal")
        }
    }

    /// Where the numbers come from that the suite does not say.
    public var preset: ModelPreset
    /// Latent vectors of a stream.
    public var latents: Int
    /// Numbers of a latent vector.
    public var width: Int
    /// Numbers of an attention head.
    public var headWidth: Int
    /// Layers of the encoder.
    public var depth: Int
    /// The encoder's attention.
    public var encoder: Encoder
    /// The crossmodal block.
    public var crossmodal: Crossmodal
    /// How a token says which modality it belongs to.
    public var identity: IdentityKind
    /// Numbers of a learned identity.
    public var identityWidth: Int
    /// Whether layers after the first share their parameters.
    public var tieLayers: Bool
    /// Who shares parameters; everyone with everyone, where absent.
    public var groups: Groups?

    enum CodingKeys: String, CodingKey {
        case preset, latents, width, depth, encoder, crossmodal, identity, groups
        case headWidth = "head_width"
        case identityWidth = "identity_width"
        case tieLayers = "tie_layers"
    }

    init(_ reader: ConfigurationReader) throws {
        let preset: ModelPreset = try reader.choice("preset", default: .large)
        self.preset = preset
        latents = try reader.integer("latents", in: 1...65_536, default: preset.latents)
        width = try reader.integer("width", in: 1...65_536, default: preset.width)
        headWidth = try reader.integer("head_width", in: 1...65_536, default: 64)
        depth = try reader.integer("depth", in: 1...256, default: 1)
        encoder = try reader.section("encoder") { try Encoder($0, preset: preset) }
        crossmodal = try reader.section("crossmodal") { try Crossmodal($0, preset: preset) }
        identity = try reader.choice("identity", default: .learned)
        identityWidth = try reader.integer("identity_width", in: 1...65_536, default: 10)
        tieLayers = try reader.flag("tie_layers", default: true)
        groups = try reader.optional("groups") { try Groups($0) }
    }
}
