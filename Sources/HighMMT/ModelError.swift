/// A model that cannot be built or an input that does not fit it, told in one line.
public struct ModelError: Error, CustomStringConvertible, Equatable {
    /// The one line: what does not fit, and what was expected.
    public var description: String

    /// Describes what does not fit.
    public init(_ description: String) { self.description = description }
}
