/// An error of a measurement that cannot be started, resumed or merged.
public struct HeterogeneityError: Error, CustomStringConvertible, Equatable {
    /// The message, in one line.
    public var description: String

    /// Creates an error with a message in one line: what is wrong, and what was expected.
    public init(_ description: String) { self.description = description }
}
