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
        let subject =
            loss.map { "the loss of task '\(task)' is \(Self.text($0))" }
            ?? "a gradient of task '\(task)' is not finite"
        return subject + (origin.map { "; first in \($0)" } ?? "")
    }

    /// Returns a loss for a message. The sign of NaN depends on the processor's instructions and is
    /// left out.
    package static func text(_ loss: Double) -> String { loss.isNaN ? "nan" : "\(loss)" }
}
