/// A raw file is not what its format asks for.
public struct ReaderError: Error, CustomStringConvertible, Hashable, Sendable {
    /// A place within a file.
    public enum Position: Hashable, Sendable, CustomStringConvertible {
        /// Offset from the beginning, for binary formats.
        case byte(Int)
        /// Line from 1, for text formats.
        case line(Int)

        /// "byte 17" or "line 3".
        public var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .line(let number): "line \(number)"
            }
        }
    }

    /// The file concerned.
    public let file: String
    /// Where in the file, if it is about one place.
    public let position: Position?
    /// What was found and what was expected.
    public let reason: String

    /// Names the file, the place and the reason.
    public init(file: String, position: Position? = nil, reason: String) {
        self.file = file
        self.position = position
        self.reason = reason
    }

    /// One line: file, place, reason.
    public var description: String {
        position.map { "\(file): \($0): \(reason)" } ?? "\(file): \(reason)"
    }
}
