/// A loss or a gradient that is infinite or NaN, detected before any parameter changes.
public struct NonFiniteValue: Error, CustomStringConvertible, Equatable {
    /// The name of the task.
    public var task: String
    /// The loss of the task; `nil` when it is finite and a gradient is not.
    public var loss: Double?
    /// The first value that is not finite, such as "the input of stream gait/walk"; `nil` when only
    /// the loss is.
    public var origin: String?

    /// The message, in one line.
    public var description: String {
        // The sign of NaN depends on the processor's instructions and says nothing.
        let value = loss.map { $0.isNaN ? "nan" : "\($0)" }
        let subject =
            value.map { "the loss of task '\(task)' is \($0)" } ?? "a gradient of task '\(task)' is not finite"
        return subject + (origin.map { "; first in \($0)" } ?? "")
    }
}
