import Torch

/// The contribution of a task to the loss of a step.
public struct TaskLoss {
    /// The name of the task.
    public var task: String
    /// The weight of the task in the sum of all losses.
    public var weight: Double
    /// The function from the outputs and targets of a batch to the mean loss, a scalar.
    public var loss: (_ outputs: Tensor, _ target: Tensor) throws -> Tensor

    /// Creates a loss from its task, weight and function.
    public init(
        _ task: String, weight: Double = 1, loss: @escaping (_ outputs: Tensor, _ target: Tensor) throws -> Tensor
    ) {
        self.task = task
        self.weight = weight
        self.loss = loss
    }
}
