/// A file that could not be opened, read, written or renamed.
public struct FileError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The path of the file.
    public let path: String
    /// The cause, in the words of the operating system where it provides them.
    public let reason: String

    /// Creates an error from the path of a file and the cause.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// The error in one line: path, then reason.
    public var description: String { "\(path): \(reason)" }
}
