import HighMMT
import Parallel
import Torch

/// One update of a model.
///
/// Gradients are cleared, the tasks of the step run forward in one plan, and their weighted losses
/// are summed and differentiated. Adam then updates the parameters that took part, and the running
/// mean follows.
///
/// The multitask loop, the predictors of transfers, the verification against the public
/// implementation and the benchmark all use this step.
public final class TrainingStep {
    /// The result of the forward and backward passes.
    public struct Pass {
        /// The output of the model. It has no gradient where the model has computed the losses as
        /// well.
        public let output: ModelOutput
        /// The mean loss of every task that took part, each a scalar, in the order of
        /// ``TrainingStep/losses``.
        public let losses: [(task: String, loss: Tensor)]
        /// The weighted sum of the losses, a scalar; `nil` when no task has a loss.
        public let total: Tensor?
    }

    /// The Adam optimiser with its settings.
    public let optimiser: Adam
    /// The losses in the order of summation.
    public let losses: [TaskLoss]
    /// Task → an additional factor of its loss; 1 for a task without an entry.
    public var factors: [String: Double] = [:]

    /// The processes that compute the parts of a step together.
    public var team = Team.alone

    let model: any MultitaskModel
    private let average: ParameterAverage?
    private let decay: DecoupledDecay?
    private let clip: Double
    private let clipsTasksApart: Bool
    private let frozen: Set<String>
    private var pathsOfTasks: [Set<String>: [String]] = [:]

    /// Creates a step for a model.
    ///
    /// - Parameters:
    ///   - model: The model to update.
    ///   - losses: The losses to minimise, in the order of summation.
    ///   - optimiser: The optimiser of the model's parameters.
    ///   - average: The running mean that follows the parameters; `nil` keeps none.
    ///   - decay: The decoupled weight decay; `nil` applies none.
    ///   - clip: The largest norm of the gradients; 0 sets no limit.
    ///   - clipsTasksApart: True to limit the norm of each task on its own; the tasks then share no
    ///     parameters.
    ///   - frozen: The paths of the parameters that keep their values.
    public init(
        _ model: any MultitaskModel, losses: [TaskLoss], optimiser: Adam, average: ParameterAverage? = nil,
        decay: DecoupledDecay? = nil, clip: Double = 0, clipsTasksApart: Bool = false,
        frozen: Set<String> = []
    ) {
        self.model = model
        self.losses = losses
        self.optimiser = optimiser
        self.average = average
        self.decay = decay
        self.clip = clip
        self.clipsTasksApart = clipsTasksApart
        self.frozen = frozen
    }

    /// Performs one update.
    ///
    /// - Parameters:
    ///   - input: The batches.
    ///   - done: The number of earlier updates, on which the running mean depends.
    ///   - gradientNorm: Receives the norm of the gradients before clipping; `nil` computes none.
    /// - Returns: The loss of every task that took part, over its whole batch.
    /// - Throws: ``NonFiniteValue`` before anything but gradients has changed; `ModelError` when an
    ///   input does not fit; `TorchError` when memory runs out; `TeamError` when MPI fails.
    @discardableResult
    public func callAsFunction(
        _ input: StepInput, done: Int, gradientNorm: ((Double) -> Void)? = nil
    ) throws -> [String: Double] {
        let pass = try forward(input)
        let values = try losses(of: pass, input.shares)
        for (task, value) in values.sorted(by: { $0.key < $1.key }) where !value.isFinite {
            guard let batch = input.inputs[task], let target = input.targets[task] else {
                throw NonFiniteValue(task: task, loss: value, origin: nil)
            }
            throw NonFiniteValue(task: task, loss: value, origin: try origin(of: task, batch, target: target))
        }
        try pass.total?.backward()
        try team.sum(model.parameters.gradients)
        try checkGradients(input.inputs, targets: input.targets)
        try gradientNorm?(GradientClipping.norm(of: model.parameters))
        try update(input.tasks, done: done)
        return values
    }

    /// Returns the losses of the whole batches.
    private func losses(of pass: Pass, _ shares: [String: Double]?) throws -> [String: Double] {
        let own = try Dictionary(uniqueKeysWithValues: pass.losses.map { ($0.task, try $0.loss.item()) })
        guard let shares, team.size > 1 else { return own }
        let tasks = losses.map(\.task).filter { shares[$0] != nil }
        // A share of zero has no loss, not even one that is not finite.
        let sums = try team.sums(tasks.map { task in own[task].map { $0 * (shares[task] ?? 0) } ?? 0 })
        return Dictionary(uniqueKeysWithValues: zip(tasks, sums))
    }

    /// Computes the gradients of the weighted sum of losses, which may be infinite or NaN.
    ///
    /// - Parameters:
    ///   - inputs: Task → its batch.
    ///   - targets: Task → the targets of its batch, on the device of the model.
    /// - Throws: `ModelError` when an input does not fit; `TorchError` when memory runs out.
    public func gradients(_ inputs: [String: TaskInput], targets: [String: Tensor]) throws -> Pass {
        let pass = try forward(StepInput(inputs, targets: targets))
        try pass.total?.backward()
        return pass
    }

    /// Updates the parameters used by the given tasks from their gradients, and then the running
    /// mean.
    ///
    /// - Parameters:
    ///   - tasks: The tasks of the step.
    ///   - done: The number of earlier updates.
    /// - Throws: `TorchError` when memory runs out.
    public func update(_ tasks: Set<String>, done: Int) throws {
        let involved = paths(of: tasks)
        // Gradients of frozen parameters must not count for the norm that is clipped.
        for range in try model.parameters.ranges(of: frozen) {
            try model.parameters.gradients.narrowed(axis: 0, start: range.lowerBound, length: range.count)
                .overwrite(with: 0)
        }
        if clip > 0 {
            if clipsTasksApart {
                for task in tasks.sorted() {
                    try GradientClipping.apply(model.parameters, limit: clip, paths: paths(of: [task]))
                }
            } else {
                try GradientClipping.apply(model.parameters, limit: clip)
            }
        }
        try decay?.step(involved, learningRate: optimiser.settings.learningRate)
        try optimiser.step(involved)
        try average?.update(step: done)
    }

    private func paths(of tasks: Set<String>) -> [String] {
        if let known = pathsOfTasks[tasks] { return known }
        let paths = model.parameterPaths(of: tasks).filter { !frozen.contains($0) }
        pathsOfTasks[tasks] = paths
        return paths
    }
}
