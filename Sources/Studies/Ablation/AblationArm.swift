import Multimodal

/// The full method, or the method without one of its parts.
///
/// Source: Table 5 of Liang et al. 2023.
public enum AblationArm: String, CaseIterable, Codable, Sendable {
    /// Stage 1, and stage 2 with groups by heterogeneity.
    case full
    /// Tokens without modality embeddings.
    case withoutEmbeddings = "without-embeddings"
    /// A linear map of means of tokens in place of the encoders.
    case withoutEncoders = "without-encoders"
    /// Heads that read the latents of single streams, since there are no crossmodal blocks.
    case withoutCrossmodal = "without-crossmodal"
    /// A separate encoder for every stream and a separate crossmodal block for every pair.
    case shareNone = "share-none"
    /// One encoder for all streams, and a separate crossmodal block for every pair.
    case shareUnimodal = "share-unimodal"
    /// One crossmodal block for all pairs, and a separate encoder for every stream.
    case shareCrossmodal = "share-crossmodal"
    /// One encoder and one crossmodal block for everything.
    case shareAll = "share-all"
    /// Random groups of the same sizes, others for every seed.
    case randomGroups = "random-groups"
    /// Groups by the distance between mean latents after stage 1.
    case featureGroups = "feature-groups"
    /// The groups of the full method from random initial parameters, with the learning rate of
    /// stage 1 and as many epochs as both stages have together.
    case withoutStage1 = "without-stage1"

    /// The way of sharing in stage 2.
    var sharing: SharingArm {
        switch self {
        case .shareNone: .none
        case .shareUnimodal: .unimodal
        case .shareCrossmodal: .crossmodal
        case .shareAll: .all
        case .randomGroups: .random
        case .featureGroups: .features
        case .full, .withoutEmbeddings, .withoutEncoders, .withoutCrossmodal, .withoutStage1: .heterogeneity
        }
    }

    /// Removes a part of the model.
    ///
    /// - Returns: False when the arm has the whole model.
    @discardableResult
    func leaveOut(of model: inout ModelSettings) -> Bool {
        switch self {
        case .withoutEmbeddings: model.identity = .none
        case .withoutEncoders: model.depth = 0
        case .withoutCrossmodal: model.crossmodal.depth = 0
        default: return false
        }
        return true
    }
}
