import Files

/// An error about a raw file that does not follow its format.
public struct ReaderError: Error, CustomStringConvertible, Hashable, Sendable {
    /// A position within a file.
    public enum Position: Hashable, Sendable, CustomStringConvertible {
        /// The offset from the beginning, for binary formats.
        case byte(Int)
        /// The line from 1, for text formats.
        case line(Int)

        /// The position as text: "byte 17" or "line 3".
        public var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .line(let number): "line \(number)"
            }
        }
    }

    /// The path of the file.
    public let file: String
    /// The position within the file; `nil` if the error concerns the whole file.
    public let position: Position?
    /// The problem: what was found and what was expected.
    public let reason: String

    /// Creates an error from its parts.
    public init(file: String, position: Position? = nil, reason: String) {
        self.file = file
        self.position = position
        self.reason = reason
    }

    /// The file, the position and the reason in one line.
    public var description: String {
        (position.map { "\(file): \($0): \(reason)" } ?? "\(file): \(reason)").escapingControlCharacters
    }
}
