/// An error of a run that cannot be started, continued or used.
public struct RunError: Error, CustomStringConvertible, Equatable {
    /// The message, in one line.
    public var description: String

    /// Creates an error with a message in one line: what is wrong, and what to do.
    public init(_ description: String) { self.description = description }
}
