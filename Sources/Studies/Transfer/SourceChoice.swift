/// A way to choose the source task of a new task.
public enum SourceChoice: String, CaseIterable, Codable, Sendable {
    /// The source whose streams harm those of the task least as a start, by measured transfers.
    case heterogeneity
    /// The source whose fine-tuned model is best on the validation split of the task.
    case validation
    /// The source that turned out best, by its mean gain over seeds. It cannot be known beforehand;
    /// its gain is an upper bound.
    case best
}
