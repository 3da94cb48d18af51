/// A suite or a `dataset.json` says something that cannot be.
public struct ConfigurationError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The file concerned, or `--set` style text for an override.
    public let file: String
    /// The key as a dotted path, such as `training.learning_rate`; empty for the file as a whole.
    public let key: String
    /// What was found and what was expected.
    public let reason: String

    /// Names the file, the key and the reason.
    public init(file: String, key: String, reason: String) {
        self.file = file
        self.key = key
        self.reason = reason
    }

    /// One line: file, key, reason.
    public var description: String {
        key.isEmpty ? "\(file): \(reason)" : "\(file): \(key): \(reason)"
    }
}
