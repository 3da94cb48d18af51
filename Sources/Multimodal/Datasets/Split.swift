/// A part of a dataset.
public enum Split: String, NamedChoice {
    /// Rows that parameters and statistics are fitted to.
    case train
    /// Rows that decide which parameters are kept.
    case valid
    /// Rows that are looked at once, for the result.
    case test

    /// Name of the split's file within the dataset's folder.
    public var fileName: String { "\(rawValue).safetensors" }
}
