/// A way to choose the pairs of streams that a model fuses.
public enum PairChoice: String, CaseIterable, Codable, Sendable {
    /// The pairs whose fusion adds most information, by the decomposition of their information.
    case gain
    /// The pairs that are most heterogeneous to the other pairs, whose interactions are unique.
    case heterogeneity
    /// Random pairs.
    case random
    /// Of several random choices, the one that is best on the validation splits.
    case validation
}
