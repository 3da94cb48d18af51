/// A loss that is infinite or not a number, found before it could damage any parameter.
public struct NonFiniteLoss: Error, CustomStringConvertible, Equatable {
    /// The task.
    public var task: String
    /// Its loss.
    public var value: Double

    /// One line.
    public var description: String { "the loss of task '\(task)' is \(value)" }
}
