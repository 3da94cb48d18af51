/// An error of a training that cannot continue.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
    /// The message, in one line.
    public var description: String

    init(_ description: String) { self.description = description }
}
