/// The units of a heterogeneity matrix.
public enum HeterogeneityUnits: String, Sendable, Codable, CaseIterable {
    /// Loss in nats.
    case nats
    /// Predictive information in bits.
    case bits
    /// Loss divided by the chance loss (predicting the label frequencies), so that tasks of
    /// different kinds are comparable.
    case normalised
    /// Unknown, as in a matrix from another source.
    case unspecified
}
