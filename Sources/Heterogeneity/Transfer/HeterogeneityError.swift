/// A measurement that cannot be begun, continued or joined, told in one line.
public struct HeterogeneityError: Error, CustomStringConvertible, Equatable {
    /// The one line.
    public var description: String

    /// Describes what is wrong and what was expected.
    public init(_ description: String) { self.description = description }
}
