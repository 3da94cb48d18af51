/// The statistics that standardise values before a model reads them.
public enum StandardisationChoice: String, NamedChoice {
    /// Per field for tables and per channel otherwise; none if the dataset is declared as
    /// standardised.
    case auto
    /// Stored values stay unchanged.
    case none
    /// A mean and standard deviation per channel, over all tokens.
    case channel
    /// A mean and standard deviation per channel of each token.
    case element
}
