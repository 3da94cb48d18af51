import HighMMT
import Numerics
import Torch

/// A model with random inputs of fixed shapes, to measure how long a step takes.
public final class Workload {
    /// The model.
    public let model: HighMMTModel
    private let inputs: [String: TaskInput]
    private let targets: [String: Tensor]
    private let weights: [String: Double]
    private let optimiser: Adam
    private let paths: [String]

    /// Makes the model and a batch for every task.
    ///
    /// - Parameter configuration: sizes of the model other than those of the description.
    /// - Throws: ``TorchError`` or ``ModelError`` when sizes do not fit.
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
                }, outputs: task.outputs)
        }
        model = try HighMMTModel(
            configuration ?? description.modelConfiguration, tasks: shapes, device: device, arithmetic: arithmetic)
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
        weights = description.tasks.mapValues(\.weight)
        optimiser = try Adam(model.parameters, settings: .init(learningRate: 8e-4, weightDecay: 1e-3))
        paths = model.parameterPaths(of: Set(description.tasks.keys))
    }

    /// One training step: forward of all tasks, weighted loss, backward, Adam.
    ///
    /// - Returns: the loss.
    @discardableResult
    public func step() throws -> Double {
        try model.parameters.clearGradients()
        let logits = try model.forward(inputs).logits
        var total: Tensor?
        for (task, outputs) in logits.sorted(by: { $0.key < $1.key }) {
            guard let target = targets[task] else { continue }
            let loss = try outputs.crossEntropy(target) * (weights[task] ?? 1)
            total = try total.map { try $0 + loss } ?? loss
        }
        guard let total else { return 0 }
        try total.backward()
        try optimiser.step(paths)
        return try total.item()
    }

    /// One forward pass of all tasks without recording.
    public func infer() throws {
        let logits = try withoutGradients { try model.forward(inputs).logits }
        for outputs in logits.values { _ = try outputs.floats() }
    }
}

extension WorkloadDescription {
    /// The sizes of the model, with learned identities of 10 as the public implementation has them.
    var modelConfiguration: ModelConfiguration {
        ModelConfiguration(
            latents: configuration.latents, width: configuration.width, depth: configuration.depth,
            crossmodalDepth: configuration.crossmodalDepth,
            encoder: .init(cross: configuration.crossHeads, latent: configuration.latentHeads),
            crossmodal: .init(cross: configuration.crossmodalCrossHeads, latent: configuration.latentHeads),
            headWidth: configuration.latentHeadWidth)
    }
}
