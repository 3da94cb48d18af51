/// What the numbers of a heterogeneity matrix count.
public enum HeterogeneityUnits: String, Sendable, Codable, CaseIterable {
    /// Loss in nats.
    case nats
    /// Predictive information in bits.
    case bits
    /// Loss divided by the loss of predicting the label frequencies, so that tasks of different kinds compare.
    case normalised
    /// Not stated, as in a matrix from elsewhere.
    case unspecified
}
