/// A prior method that trains a separate network for every task.
public enum PriorMethod: String, CaseIterable, Codable, Sendable {
    /// One modality through its encoder and a perceptron.
    case unimodal
    /// One transformer over the tokens of all modalities.
    case earlyFusion = "early-fusion"
    /// An encoder per modality, whose results are concatenated.
    case lateFusion = "late-fusion"
    /// An encoder per modality, whose results are fused by a low-rank tensor product. Source: Liu
    /// et al., "Efficient Low-rank Multimodal Fusion with Modality-Specific Factors", ACL 2018.
    case lowRankFusion = "low-rank-fusion"
    /// A transformer per ordered pair of modalities. Source: Tsai et al., "Multimodal Transformer
    /// for Unaligned Multimodal Language Sequences" (MulT), ACL 2019.
    case multimodalTransformer = "mult"
}
