import Files

/// An error about a dataset's files: they do not match the description, or a value is invalid.
public struct DatasetError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The path of the file.
    public let file: String
    /// The name of the tensor; empty when the error concerns the whole file.
    public let tensor: String
    /// The problem: what was found and what was expected.
    public let reason: String

    /// Creates an error from its parts.
    public init(file: String, tensor: String = "", reason: String) {
        self.file = file
        self.tensor = tensor
        self.reason = reason
    }

    /// The file, the tensor and the reason in one line.
    public var description: String {
        (tensor.isEmpty ? "\(file): \(reason)" : "\(file): tensor '\(tensor)': \(reason)")
            .escapingControlCharacters
    }
}
