/// A model that cannot be built, or an input that does not fit the model.
public struct ModelError: Error, CustomStringConvertible, Equatable {
    /// The problem and the expectation, in one line.
    public var description: String

    /// Creates an error from its description.
    public init(_ description: String) { self.description = description }
}
