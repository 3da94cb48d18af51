/// A split of a dataset.
public enum Split: String, NamedChoice {
    /// The rows to which parameters and standardisation statistics are fitted.
    case train
    /// The rows that select the parameters to keep.
    case valid
    /// The held-out rows, used only for the final scores.
    case test

    /// The name of the split's file within the dataset's folder.
    public var fileName: String { "\(rawValue).safetensors" }
}
