/// The three published sizes (paper, appendix: small, medium and large multitask settings).
public enum ModelPreset: String, NamedChoice {
    /// 20 latents of 64; encoder and crossmodal heads 1 (cross) and 8 (self).
    case small
    /// 12 latents of 64; encoder and crossmodal heads 1 (cross) and 8 (self).
    case medium
    /// 20 latents of 64; encoder heads 1 and 6, crossmodal heads 4 and 6.
    case large

    var latents: Int { self == .medium ? 12 : 20 }
    var width: Int { 64 }
    var encoderHeads: (cross: Int, latent: Int) { self == .large ? (1, 6) : (1, 8) }
    var crossmodalHeads: (cross: Int, latent: Int) { self == .large ? (4, 6) : (1, 8) }

    /// Published learning rate of stage 1.
    var learningRate: Double {
        switch self {
        case .small: 5e-4
        case .medium: 1e-3
        case .large: 8e-4
        }
    }

    /// Published L2 penalty of stage 1.
    var weightDecay: Double { self == .large ? 1e-3 : 0 }
}
