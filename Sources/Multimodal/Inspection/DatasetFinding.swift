/// A property of a dataset that often explains a poor or too good score.
public struct DatasetFinding: Codable, Hashable, Sendable {
    /// The kind of property.
    public enum Kind: String, Codable, Sendable {
        /// Inputs or targets that have one value in all training rows.
        case constant
        /// Values very far from the middle of the training rows.
        case outliers
        /// Classes or labels that no training row has.
        case unusedClasses = "unused_classes"
        /// Classes that one training row has.
        case singleRows = "single_rows"
        /// One class that most training rows have.
        case imbalance
    }

    /// The kind of property.
    public let kind: Kind
    /// The name of the modality or target.
    public let subject: String
    /// The number of channels, values, classes or rows concerned.
    public let count: Int
    /// The finding in words.
    public let text: String
}
