import HighMMT
import Numerics
import Torch
import Training

/// A model with random inputs of fixed shapes, for timing a step.
public final class Workload {
    /// The model.
    public let model: HighMMTModel
    private let inputs: [String: TaskInput]
    private let targets: [String: Tensor]
    private let trainingStep: TrainingStep
    private let tasks: Set<String>

    /// Creates the model and a batch for every task.
    ///
    /// - Parameters:
    ///   - description: The tasks with their shapes.
    ///   - configuration: The sizes of the model. `nil` uses those of the description, with learned
    ///     identities of width 10 as in the public implementation.
    ///   - batch: The number of samples per task.
    ///   - device: The device to compute on.
    ///   - arithmetic: The implementation of the blocks.
    /// - Throws: `ModelError` when the sizes are inconsistent; `TorchError` when a tensor cannot be
    ///   created.
    public init(
        _ description: WorkloadDescription, configuration: ModelConfiguration? = nil, batch: Int, device: Device,
        arithmetic: Arithmetic = .automatic
    ) throws {
        let shapes = description.tasks.sorted { $0.key < $1.key }.map { name, task in
            TaskShape(
                name: name,
                modalities: description.modalities.filter { task.modalities[$0.name] != nil }.map {
                    ModalityShape(
                        name: $0.name, axes: $0.axes, channels: $0.channels, frequencyBands: $0.frequencyBands,
                        maxFrequency: $0.maxFrequency, frequencyBase: $0.frequencyBase)
                }, outputs: task.outputs, keptPairs: task.keptPairs?.map { "\(name)/\($0)" })
        }
        model = try HighMMTModel(
            configuration ?? description.modelConfiguration(identity: .learned(width: 10), tiesLayers: true),
            tasks: shapes, device: device, arithmetic: arithmetic)
        var random = RandomSource(seed: 0, purpose: "workload")
        var inputs: [String: TaskInput] = [:]
        var targets: [String: Tensor] = [:]
        for (name, task) in description.tasks.sorted(by: { $0.key < $1.key }) {
            var streams: [String: StreamInput] = [:]
            for (modality, shape) in task.modalities.sorted(by: { $0.key < $1.key }) {
                streams[modality] = StreamInput(data: try random.normalTensor([batch] + shape).to(device: device))
            }
            inputs[name] = TaskInput(count: batch, streams: streams)
            let labels = (0..<batch).map { _ in Int64.random(in: 0..<Int64(task.outputs), using: &random) }
            targets[name] = try Tensor(labels, shape: [batch]).to(device: device)
        }
        self.inputs = inputs
        self.targets = targets
        tasks = Set(description.tasks.keys)
        trainingStep = TrainingStep(
            model,
            losses: description.tasks.sorted { $0.key < $1.key }.map { name, task in
                TaskLoss(
                    name, weight: task.weight,
                    objective: TaskObjective(unstandardised: .classification, outputs: task.outputs))
            }, optimiser: try Adam(model.parameters, settings: .init(learningRate: 8e-4, weightDecay: 1e-3)))
    }

    /// Runs one training step: the forward pass of all tasks, the weighted loss, the backward pass
    /// and an Adam update.
    ///
    /// - Returns: The loss.
    /// - Throws: `TorchError` when an operation fails.
    @discardableResult
    public func step() throws -> Double {
        // As in the published loop, no loss is read before the update. On a GPU that would wait for
        // the forward pass.
        let total = try trainingStep.gradients(inputs, targets: targets).total
        try trainingStep.update(tasks, done: 0)
        return try total?.item() ?? 0
    }

    /// Runs one forward pass of all tasks without recording gradients.
    ///
    /// - Throws: `TorchError` when an operation fails.
    public func infer() throws {
        let logits = try withoutGradients { try model.forward(inputs).logits }
        for outputs in logits.values { _ = try outputs.floats() }
    }
}
