/// The kind of modality embedding in each token.
public enum IdentityKind: String, NamedChoice {
    /// A learned vector, as in the public implementation.
    case learned
    /// A fixed one-hot vector, as in the paper.
    case oneHot = "one-hot"
    /// No embedding, to measure what it is good for.
    case none
}
