/// A run that cannot be begun, continued or used, told in one line.
public struct RunError: Error, CustomStringConvertible, Equatable {
    /// The one line.
    public var description: String

    /// Describes what is wrong.
    public init(_ description: String) { self.description = description }
}
