/// A training that cannot go on, told in one line.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
    /// The one line.
    public var description: String

    init(_ description: String) { self.description = description }
}
