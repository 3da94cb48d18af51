/// A file could not be opened, read, written or renamed.
public struct FileError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The file concerned.
    public let path: String
    /// What went wrong, in the system's words where it has some.
    public let reason: String

    /// Names the file and what went wrong with it.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// One line: file, then reason.
    public var description: String { "\(path): \(reason)" }
}
