/// The statistics by which numbers are standardised before a model reads them.
public enum StandardisationChoice: String, NamedChoice {
    /// By field for tables and by channel otherwise, unless the dataset says that it is
    /// standardised.
    case auto
    /// Numbers stay as they are stored.
    case none
    /// A mean and deviation for each channel, over all tokens.
    case channel
    /// A mean and deviation for each channel of each token.
    case element
}
