import Torch

/// What a task adds to the loss of a step.
public struct TaskLoss {
    /// The task.
    public var task: String
    /// Its factor in the sum of all losses.
    public var weight: Double
    /// Outputs and targets of a batch to their mean loss, a scalar.
    public var loss: (_ outputs: Tensor, _ target: Tensor) throws -> Tensor

    /// Names all parts.
    public init(
        _ task: String, weight: Double = 1, loss: @escaping (_ outputs: Tensor, _ target: Tensor) throws -> Tensor
    ) {
        self.task = task
        self.weight = weight
        self.loss = loss
    }
}
