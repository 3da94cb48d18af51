/// The kind of a target.
public enum TargetKind: String, NamedChoice {
    /// One of several classes, stored as int64 `[N]`.
    case classification
    /// Any subset of several labels, stored as zeros and ones, float32, uint8 or bool `[N,
    /// labels]`.
    case multilabel
    /// Real values, stored as float32 `[N]` or `[N, width]`.
    case regression
}
