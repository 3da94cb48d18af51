import Torch

/// The contribution of a task to the loss of a step.
public struct TaskLoss {
    /// The name of the task.
    public var task: String
    /// The weight of the task in the sum of all losses.
    public var weight: Double
    /// The function from the outputs and targets of a batch to the mean loss, a scalar.
    public var loss: (_ outputs: Tensor, _ target: Tensor) throws -> Tensor

    /// The function from the outputs and targets of a batch to the loss of each sample, `[batch]`;
    /// `nil` when samples cannot be weighed.
    public var sampleLosses: ((_ outputs: Tensor, _ target: Tensor) throws -> Tensor)?

    /// The objective that the functions are those of; `nil` for other functions. Models may compute
    /// it together with their heads.
    public private(set) var objective: TaskObjective?

    /// Creates the loss of an objective.
    public init(_ task: String, weight: Double = 1, objective: TaskObjective) {
        self.init(task, weight: weight, sampleLosses: objective.sampleLosses, loss: objective.loss)
        self.objective = objective
    }

    /// Creates a loss from its task, weight and function.
    public init(
        _ task: String, weight: Double = 1,
        sampleLosses: ((_ outputs: Tensor, _ target: Tensor) throws -> Tensor)? = nil,
        loss: @escaping (_ outputs: Tensor, _ target: Tensor) throws -> Tensor
    ) {
        self.task = task
        self.weight = weight
        self.loss = loss
        self.sampleLosses = sampleLosses
    }

    /// Returns the mean loss of a batch, of samples times their weights.
    ///
    /// - Parameter weights: The weight of each sample, `[batch]`; `nil` weighs all alike.
    /// - Throws: `TorchError` when the shapes do not fit.
    func mean(_ outputs: Tensor, _ target: Tensor, weights: Tensor?) throws -> Tensor {
        guard let weights, let sampleLosses else { return try loss(outputs, target) }
        return try (sampleLosses(outputs, target) * weights).mean()
    }
}
