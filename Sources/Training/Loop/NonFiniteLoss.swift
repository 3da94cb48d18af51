/// A loss that is infinite or NaN, detected before any parameter changes.
public struct NonFiniteLoss: Error, CustomStringConvertible, Equatable {
    /// The name of the task.
    public var task: String
    /// The loss of the task.
    public var value: Double

    /// The message, in one line.
    public var description: String { "the loss of task '\(task)' is \(value)" }
}
