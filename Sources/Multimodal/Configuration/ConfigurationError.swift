import Files

/// An invalid value, key or file of a suite, a `dataset.json` or a command-line option.
public struct ConfigurationError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The path of the file, or the text of an override or option.
    public let file: String
    /// The key as a dotted path, such as `training.learning_rate`; empty when the error concerns
    /// the whole file.
    public let key: String
    /// The problem: what was found and what was expected.
    public let reason: String

    /// Creates an error from its parts.
    public init(file: String, key: String, reason: String) {
        self.file = file
        self.key = key
        self.reason = reason
    }

    /// The file, the key and the reason in one line.
    public var description: String {
        (key.isEmpty ? "\(file): \(reason)" : "\(file): \(key): \(reason)").escapingControlCharacters
    }
}
