import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// A model that the public implementation trained, as it becomes a run.
public struct PublishedModel {
    /// A task: what its head in the checkpoint predicts from which modalities.
    public struct Head: Equatable, Sendable {
        /// The name of the task.
        public var task: String
        /// Modality → sizes of its axes.
        public var axes: [String: [Int]]
        /// The kind of the target.
        public var kind: TargetKind

        /// Creates a head from its parts.
        public init(task: String, axes: [String: [Int]], kind: TargetKind = .classification) {
            self.task = task
            self.axes = axes
            self.kind = kind
        }
    }

    /// The path of the checkpoint, for messages.
    public var file: String
    /// Name in the public implementation → parameter.
    public var weights: [String: Tensor]
    /// The modalities in the order of the table of identities.
    public var modalities: [ModalityShape]
    /// The attention heads of the encoder.
    public var encoder: ModelConfiguration.Heads
    /// The attention heads of the crossmodal block.
    public var crossmodal: ModelConfiguration.Heads
    /// True when heads read the mean of the latents.
    public var poolsLatents = false

    /// Creates a model from the content of a checkpoint.
    public init(
        file: String, weights: [String: Tensor], modalities: [ModalityShape], encoder: ModelConfiguration.Heads,
        crossmodal: ModelConfiguration.Heads
    ) {
        self.file = file
        self.weights = weights
        self.modalities = modalities
        self.encoder = encoder
        self.crossmodal = crossmodal
    }

    /// Writes a run whose stage 1 has the parameters.
    ///
    /// Its suite names a dataset per task, with the path of the task. The run can therefore be
    /// scored and fine-tuned when such datasets exist.
    ///
    /// - Parameters:
    ///   - run: The run, whose folder must be empty or absent.
    ///   - heads: The tasks in the order of their heads.
    /// - Throws: `FileError` that names the parameter or the task at fault, or when the run cannot
    ///   be written; ``RunError`` when its folder is not empty; `ModelError` when the checkpoint
    ///   does not describe a model; `TorchError` that names the parameter with another shape.
    public func write(to run: RunDirectory, heads: [Head]) throws {
        let contents = try? FileManager.default.contentsOfDirectory(atPath: run.path)
        guard contents?.isEmpty ?? !FileManager.default.fileExists(atPath: run.path) else {
            throw RunError("\(run.path): is not empty; choose another folder with --run")
        }
        let suite = try suite(heads)
        let tasks = try heads.enumerated().map { try shape($1, head: $0) }
        let model = try HighMMTModel(configuration(reading: tasks), tasks: tasks, device: .cpu)
        try model.parameters.load(state(of: model, heads))
        try run.prepare(for: suite, tasks: [])
        try ModelRecord(model, records: records(heads, tasks)).write(to: run.modelPath)
        try run.checkpoints(stage: .first).saveBest(model)
    }

    private func failure(_ reason: String) -> FileError { FileError(path: file, reason: reason) }

    private func suite(_ heads: [Head]) throws -> Suite {
        func lines(_ line: (Head) -> String) -> String { heads.map(line).joined(separator: "\n") }
        let name = (file as NSString).lastPathComponent.prefix { $0 != "." }
        return try Suite(
            yaml: """
                name: '\(name)'
                datasets:
                \(lines { "  '\($0.task)': {path: '\($0.task)'}" })
                tasks:
                \(lines { "  '\($0.task)': {dataset: '\($0.task)', target: target}" })
                training: {recipe: published}
                """, file: file)
    }

    private func weight(_ name: String, axes: Int) throws -> [Int] {
        guard let weight = weights[name], weight.shape.count == axes else {
            throw failure("has no parameter '\(name)' with \(axes) axes, expected a model of the public implementation")
        }
        return weight.shape
    }

    /// The sizes of the model. One-hot identities of modalities that no task reads still count in
    /// the normalisation of tokens, so identities are then learned ones with one-hot values.
    private func configuration(reading tasks: [TaskShape]) throws -> ModelConfiguration {
        let latents = try weight("latents", axes: 2)
        let read = Set(tasks.flatMap(\.modalities).map(\.name))
        let identity: ModelConfiguration.Identity =
            weights[ReferenceNames.identities] == nil
            ? read.count == modalities.count ? .oneHot : .learned(width: modalities.count)
            : .learned(width: try weight(ReferenceNames.identities, axes: 2)[1])
        let queries = try weight("layers.0.0.fn.to_q.weight", axes: 2)[0]
        let latentQueries = try weight("layers.0.2.latent_blocks.0.0.fn.to_q.weight", axes: 2)[0]
        let (crossWidth, width) = (queries / max(1, encoder.cross), latentQueries / max(1, encoder.latent))
        let (expand, contract) = (
            try weight("layers.0.1.fn.net.0.weight", axes: 2)[0], try weight("layers.0.1.fn.net.3.weight", axes: 2)[1]
        )
        let blocks = try number(of: "layers.0.2.latent_blocks")
        return ModelConfiguration(
            latents: latents[0], width: latents[1], depth: try number(of: "layers"),
            crossmodalDepth: max(1, try number(of: "cross_layers")), encoder: encoder, crossmodal: crossmodal,
            headWidth: width, expansion: contract / max(1, latents[1]), identity: identity, tiesLayers: false,
            tokenWidth: try weight("layers.0.0.fn.to_kv.weight", axes: 2)[1],
            crossHeadWidth: crossWidth == width ? nil : crossWidth, selfAttentions: blocks > 1 ? blocks : nil,
            hasPlainFeedForward: expand == contract ? true : nil, poolsLatents: poolsLatents ? true : nil)
    }

    /// Returns the number of modules in a list.
    private func number(of list: String) throws -> Int {
        let numbers = weights.keys.compactMap { name in
            name.hasPrefix(list + ".") ? Int(name.dropFirst(list.count + 1).prefix { $0 != "." }) : nil
        }
        let known = Set(numbers)
        guard let last = known.max() else { return 0 }
        guard let gap = (0..<known.count).first(where: { !known.contains($0) }) else { return known.count }
        throw failure("has '\(list).\(last)' but no '\(list).\(gap)', expected consecutive numbers")
    }

    private func shape(_ head: Head, head number: Int) throws -> TaskShape {
        let shapes = try head.axes.keys.sorted().map { name in
            guard let shape = modalities.first(where: { $0.name == name }) else {
                throw failure(
                    "has no modality '\(name)' for task '\(head.task)'; it has "
                        + modalities.map(\.name).joined(separator: ", "))
            }
            guard head.axes[name]?.count == shape.axes else {
                throw failure(
                    "modality '\(name)' has \(shape.axes) axes, expected as many sizes for task '\(head.task)'")
            }
            return shape
        }
        let linear = try weight("to_logitslist.\(number).1.weight", axes: 2)
        let latents = try weight("latents", axes: 2)
        let slots = shapes.count > 1 ? shapes.count * (shapes.count - 1) : poolsLatents ? 1 : latents[0]
        let width = slots * latents[1]
        guard linear[1] == width else {
            throw failure(
                "head \(number + 1) reads \(linear[1]) numbers, but '\(head.task)' with \(shapes.count) modalities has "
                    + "\(width); name the tasks in the order of the heads")
        }
        return TaskShape(name: head.task, modalities: shapes, outputs: linear[0])
    }

    /// The parameters by their paths in this implementation.
    private func state(of model: HighMMTModel, _ heads: [Head]) throws -> [String: Tensor] {
        let wanted = Set(model.parameters.paths)
        var state: [String: Tensor] = [:]
        let order = oneHotOrder(of: model)
        for (name, weight) in weights {
            guard let path = ReferenceNames.path(of: name, tasks: heads.map(\.task)), wanted.contains(path) else {
                continue
            }
            let readsTokens = path.hasPrefix("encoder.0.layer.") && Self.tokenReaders.contains { path.hasSuffix($0) }
            state[path] =
                if readsTokens, let order { try weight.selected(axis: weight.shape.count - 1, order) } else { weight }
        }
        for (index, modality) in modalities.enumerated() where wanted.contains("identity.\(modality.name)") {
            state["identity.\(modality.name)"] =
                try weights[ReferenceNames.identities]?.narrowed(axis: 0, start: index, length: 1).reshaped([-1])
                ?? Tensor(modalities.indices.map { Float($0 == index ? 1 : 0) }, shape: [modalities.count])
        }
        return state
    }

    /// The ends of the paths of parameters with a column per value of a token.
    private static let tokenReaders = [
        ".cross_attention.context_norm.weight", ".cross_attention.context_norm.bias",
        ".cross_attention.key_value.weight",
    ]

    /// Returns the column of the checkpoint for each column of a token, since one-hot identities
    /// are sorted by name here; `nil` for learned identities.
    private func oneHotOrder(of model: HighMMTModel) -> [Int]? {
        guard model.configuration.identity == .oneHot else { return nil }
        let names = modalities.map(\.name)
        let start = model.tokenWidth - names.count
        return Array(0..<start)
            + model.identityNames.compactMap { name in
                names.firstIndex(of: name).map { start + $0 }
            }
    }

    private func records(_ heads: [Head], _ tasks: [TaskShape]) -> [String: ModelRecord.TaskRecord] {
        var records: [String: ModelRecord.TaskRecord] = [:]
        for (head, task) in zip(heads, tasks) {
            records[head.task] = ModelRecord.TaskRecord(
                dataset: head.task, target: "target",
                classes: head.kind == .regression ? nil : (0..<task.outputs).map(String.init),
                objective: TaskObjective(unstandardised: head.kind, outputs: task.outputs), axes: head.axes,
                absentable: [])
        }
        return records
    }
}
