/// What is predicted.
public enum TargetKind: String, NamedChoice {
    /// One of several classes; stored as int64 `[N]`.
    case classification
    /// Any of several classes at once; stored as float32 or uint8 `[N, classes]` of zeros and ones.
    case multilabel
    /// Numbers; stored as float32 `[N]` or `[N, width]`.
    case regression
}
