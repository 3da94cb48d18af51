/// How a token says which modality it belongs to.
public enum IdentityKind: String, NamedChoice {
    /// A learned vector (public implementation).
    case learned
    /// A fixed vector with a single one (paper).
    case oneHot = "one-hot"
}
