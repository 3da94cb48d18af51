/// The three published model sizes (paper, appendix: small, medium and large multitask settings).
public enum ModelPreset: String, NamedChoice {
    /// 20 latents of width 64; 1 cross-attention and 8 self-attention heads in the encoder and in
    /// the crossmodal block.
    case small
    /// 12 latents of width 64; 1 cross-attention and 8 self-attention heads in the encoder and in
    /// the crossmodal block.
    case medium
    /// 20 latents of width 64; 1 cross-attention and 6 self-attention heads in the encoder, 4 and 6
    /// in the crossmodal block.
    case large

    var latents: Int { self == .medium ? 12 : 20 }
    var width: Int { 64 }
    var encoderHeads: (cross: Int, latent: Int) { self == .large ? (1, 6) : (1, 8) }
    var crossmodalHeads: (cross: Int, latent: Int) { self == .large ? (4, 6) : (1, 8) }

    /// The published learning rate of stage 1.
    var learningRate: Double {
        switch self {
        case .small: 5e-4
        case .medium: 1e-3
        case .large: 8e-4
        }
    }

    /// The published L2 penalty of stage 1.
    var weightDecay: Double { self == .large ? 1e-3 : 0 }
}
