import HighMMT
import Torch

/// A model with random inputs of fixed shapes, to measure how long a step takes.
public final class Workload {
    /// The name of a modality, the sizes of its axes, and its channels.
    public typealias StreamSize = (modality: String, axes: [Int], channels: Int)

    /// A task of the workload: two or more classes, one loss weight, its streams.
    public struct TaskSize: Sendable {
        /// The name.
        public var name: String
        /// The number of classes.
        public var classes: Int
        /// The weight of the loss.
        public var weight: Double
        /// The streams.
        public var streams: [StreamSize]

        /// Names all parts.
        public init(_ name: String, classes: Int, weight: Double = 1, streams: [StreamSize]) {
            self.name = name
            self.classes = classes
            self.weight = weight
            self.streams = streams
        }
    }

    /// The four tasks of the paper's large setting, with the shapes of its data.
    public static let large: [TaskSize] = [
        TaskSize("mimic", classes: 2, weight: 1.2, streams: [("static", [5], 1), ("timeseries", [24, 12], 1)]),
        TaskSize("avmnist", classes: 10, weight: 0.9, streams: [("image", [7, 7], 16), ("audio", [7, 7], 256)]),
        TaskSize(
            "mosei", classes: 2, weight: 1.1,
            streams: [("vision", [50], 35), ("sound", [50], 74), ("text", [50], 300)]),
        TaskSize(
            "humor", classes: 2, weight: 1.5,
            streams: [("vision", [20], 371), ("sound", [20], 81), ("text", [20], 300)]),
    ]

    /// The model.
    public let model: HighMMTModel
    private let inputs: [String: TaskInput]
    private let targets: [String: Tensor]
    private let weights: [String: Double]
    private let optimiser: Adam
    private let paths: [String]

    /// Makes the model and a batch for every task.
    ///
    /// - Throws: ``TorchError`` or ``ModelError`` when sizes do not fit.
    public init(
        _ tasks: [TaskSize], configuration: ModelConfiguration, batch: Int, device: Device,
        arithmetic: Arithmetic = .automatic
    ) throws {
        let shapes = tasks.map { task in
            TaskShape(
                name: task.name,
                modalities: task.streams.map {
                    ModalityShape(
                        name: $0.modality, identity: "\(task.name)/\($0.modality)", axes: $0.axes.count,
                        channels: $0.channels, frequencyBands: $0.axes.count > 1 || $0.channels == 1 ? 6 : 3)
                }, outputs: task.classes)
        }
        model = try HighMMTModel(configuration, tasks: shapes, device: device, arithmetic: arithmetic)
        var random = RandomSource(seed: 0, purpose: "workload")
        var inputs: [String: TaskInput] = [:]
        var targets: [String: Tensor] = [:]
        for task in tasks {
            var streams: [String: StreamInput] = [:]
            for stream in task.streams {
                let shape = [batch] + stream.axes + [stream.channels]
                streams[stream.modality] = StreamInput(data: try random.normalTensor(shape).to(device: device))
            }
            inputs[task.name] = TaskInput(count: batch, streams: streams)
            let labels = (0..<batch).map { _ in Int64.random(in: 0..<Int64(task.classes), using: &random) }
            targets[task.name] = try Tensor(labels, shape: [batch]).to(device: device)
        }
        self.inputs = inputs
        self.targets = targets
        weights = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.weight) })
        optimiser = try Adam(model.parameters, settings: .init(learningRate: 8e-4, weightDecay: 1e-3))
        paths = model.parameterPaths(of: Set(tasks.map(\.name)))
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
