import HighMMT
import Torch

/// One update of a model: gradients are cleared, the tasks of the step run forward in one plan, their weighted losses are
/// summed and run backward, Adam moves the parameters that took part, and the running mean follows.
///
/// The multitask loop, the predictors of transfers, the verification against the public implementation and the benchmark
/// all step in this way.
public final class TrainingStep {
    /// What forward and backward give.
    public struct Pass {
        /// Everything that the model gave.
        public let output: HighMMTModel.Output
        /// The mean loss of every task that took part, a scalar each, in the order of ``TrainingStep/losses``.
        public let losses: [(task: String, loss: Tensor)]
        /// Their weighted sum, a scalar; nothing when no task has a loss.
        public let total: Tensor?
    }

    /// Adam and its settings.
    public let optimiser: Adam
    /// The losses in the order in which they are summed.
    public let losses: [TaskLoss]

    private let model: HighMMTModel
    private let average: ParameterAverage?
    private var pathsOfTasks: [Set<String>: [String]] = [:]

    /// Steps of a model.
    ///
    /// - Parameters:
    ///   - losses: what is minimised, in the order in which it is summed.
    ///   - average: the running mean that follows the parameters.
    public init(
        _ model: HighMMTModel, losses: [TaskLoss], optimiser: Adam, average: ParameterAverage? = nil
    ) {
        self.model = model
        self.losses = losses
        self.optimiser = optimiser
        self.average = average
    }

    /// Makes one update.
    ///
    /// - Parameters:
    ///   - inputs: task → its batch.
    ///   - targets: task → the targets of its batch, on the model's device.
    ///   - dropout: what falls silent while training.
    ///   - done: updates that were made before, which the running mean depends on.
    /// - Returns: the loss of every task that took part.
    /// - Throws: ``NonFiniteLoss`` before anything has changed but gradients; `ModelError` when an input does not fit.
    @discardableResult
    public func callAsFunction(
        _ inputs: [String: TaskInput], targets: [String: Tensor], dropout: FeatureDropout? = nil, done: Int
    ) throws -> [String: Double] {
        let pass = try forward(inputs, targets: targets, dropout: dropout)
        let values = try pass.losses.map { ($0.task, try $0.loss.item()) }
        for (task, value) in values.sorted(by: { $0.0 < $1.0 }) where !value.isFinite {
            throw NonFiniteLoss(task: task, value: value)
        }
        try pass.total?.backward()
        try update(Set(inputs.keys), done: done)
        return Dictionary(uniqueKeysWithValues: values)
    }

    /// Accumulates the gradients of the weighted sum of losses, which may be infinite or not a number.
    ///
    /// - Throws: `ModelError` when an input does not fit.
    public func gradients(_ inputs: [String: TaskInput], targets: [String: Tensor]) throws -> Pass {
        let pass = try forward(inputs, targets: targets)
        try pass.total?.backward()
        return pass
    }

    /// Moves the parameters that the given tasks involve along their gradients, and the running mean after them.
    ///
    /// - Parameter done: updates that were made before.
    /// - Throws: `TorchError` when there is no memory.
    public func update(_ tasks: Set<String>, done: Int) throws {
        try optimiser.step(paths(of: tasks))
        try average?.update(step: done)
    }

    private func forward(
        _ inputs: [String: TaskInput], targets: [String: Tensor], dropout: FeatureDropout? = nil
    ) throws -> Pass {
        try model.parameters.clearGradients()
        let output = try model.forward(inputs, dropout: dropout)
        var losses: [(task: String, loss: Tensor)] = []
        var total: Tensor?
        for part in self.losses {
            guard let outputs = output.logits[part.task], let target = targets[part.task] else { continue }
            let loss = try part.loss(outputs, target)
            losses.append((part.task, loss))
            let weighted = try loss * part.weight
            total = try total.map { try $0 + weighted } ?? weighted
        }
        return Pass(output: output, losses: losses, total: total)
    }

    private func paths(of tasks: Set<String>) -> [String] {
        if let known = pathsOfTasks[tasks] { return known }
        let paths = model.parameterPaths(of: tasks)
        pathsOfTasks[tasks] = paths
        return paths
    }
}
