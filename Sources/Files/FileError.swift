/// A file that could not be opened, read, written or renamed.
public struct FileError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The origin of an error.
    public enum Kind: Hashable, Sendable {
        /// The input: a file that is missing or has other content than expected.
        case input
        /// The operating system, which refused an operation on files.
        case system
    }

    /// The path of the file.
    public let path: String
    /// The cause, in the words of the operating system where it provides them.
    public let reason: String
    /// The origin.
    public let kind: Kind

    /// Creates an error from the path of a file and the cause.
    public init(path: String, reason: String, kind: Kind = .input) {
        self.path = path
        self.reason = reason
        self.kind = kind
    }

    /// The error in one line: path, then reason.
    public var description: String { "\(path): \(reason)".escapingControlCharacters }
}
