import Torch

/// A multitask model with shared Perceiver encoders, shared crossmodal blocks and one small head
/// per task.
///
/// Source: Liang et al., "High-Modality Multimodal Transformer", TMLR 2023. The order of operations
/// follows the public implementation. The arithmetic is simplified without changing the function;
/// see the article Performance, "What makes the difference".
///
/// In shapes, n is the number of latents and d their width.
public final class HighMMTModel: MultitaskModel {
    /// The results of one forward pass.
    public typealias Output = ModelOutput

    /// A modality with the sizes of its axes.
    private struct GridShape: Hashable {
        let modality: ModalityShape
        let sizes: [Int]
    }

    /// The sizes that do not depend on the tasks.
    public let configuration: ModelConfiguration
    /// The tasks, in the order given.
    public let tasks: [TaskShape]
    /// The groups of streams and pairs that share parameters.
    public let sharing: Sharing
    /// The names of all modality identities, in the order of their one-hot vectors.
    public let identityNames: [String]
    /// The width of a token, including padding, position and identity.
    public let tokenWidth: Int
    /// All parameters of the model.
    public let parameters: ParameterStore
    /// True when heads learn placeholders for missing modalities.
    public var learnsPlaceholders: Bool { configuration.learnsPlaceholders }

    /// True when the blocks are fused.
    let isFused: Bool
    let heads: [String: TaskHead]
    private let encoders: [Int: Encoder]
    private let crossmodalBlocks: [Int: CrossmodalBlock]
    private let mixing: OutputMixing
    private let identities: [String: Tensor]
    private var plans = PlanCache()
    private var constants: [GridShape: TokenConstants] = [:]

    /// Creates a model with randomly initialised parameters.
    ///
    /// - Parameters:
    ///   - configuration: The sizes that do not depend on the tasks.
    ///   - tasks: The tasks, each with a unique name.
    ///   - sharing: The groups of streams and pairs that share parameters.
    ///   - seed: The seed of the initialisation.
    ///   - device: The device that holds the parameters.
    ///   - arithmetic: The implementation of the blocks. The function computed is the same.
    ///   - identityNames: The order of the one-hot identities. `nil` sorts them by name.
    ///   - aliases: Paths of shared parameters, each with the path that holds the parameter. `nil`
    ///     derives them from `configuration.tiesLayers`.
    /// - Throws: ``ModelError`` when tasks, sizes or groups are inconsistent; `TorchError` when the
    ///   parameters cannot be created.
    public init(
        _ configuration: ModelConfiguration, tasks: [TaskShape], sharing: Sharing = .all, seed: UInt64 = 0,
        device: Device = .cpu, arithmetic: Arithmetic = .automatic, identityNames: [String]? = nil,
        aliases: [String: String]? = nil
    ) throws {
        try configuration.validate()
        try Self.validate(tasks)
        try sharing.validate(tasks)
        let names = try Self.order(identityNames, tasks: tasks)
        let identityWidth = configuration.identity.width(modalities: names.count)
        let widest = tasks.flatMap(\.modalities).map(\.inputWidth).max().map { $0 + identityWidth } ?? identityWidth
        guard configuration.tokenWidth.map({ $0 >= widest }) ?? true else {
            throw ModelError(
                "the model's token width is \(configuration.tokenWidth ?? 0); its widest modality needs \(widest)")
        }
        let tokenWidth = configuration.tokenWidth ?? widest
        let encoderGroups = Set(tasks.flatMap { $0.streams.map(sharing.group(of:)) }).sorted()
        let crossmodalGroups = Set(tasks.flatMap { $0.pairs.map(sharing.group(of:)) }).sorted()

        var declarations: [ParameterDeclaration] = []
        if case .learned(let width) = configuration.identity {
            let used = Set(tasks.flatMap { $0.modalities.map(\.identity) })
            declarations += names.filter(used.contains).map { ParameterDeclaration("identity.\($0)", [width], .normal) }
        }
        for group in encoderGroups {
            declarations += Encoder.declarations("encoder.\(group)", configuration, tokenWidth: tokenWidth)
        }
        for group in crossmodalGroups {
            declarations += CrossmodalBlock.declarations("crossmodal.\(group)", configuration)
        }
        for task in tasks {
            declarations += TaskHead.declarations(task, configuration) + OutputMixing.declarations(task)
        }
        let ties = configuration.tiesLayers ? Self.ties(among: declarations.map(\.path)) : [:]
        let parameters = try ParameterStore(declarations, aliases: aliases ?? ties, seed: seed, device: device)

        encoders = try Dictionary(
            uniqueKeysWithValues: encoderGroups.map {
                ($0, try Encoder("encoder.\($0)", configuration, in: parameters, arithmetic: arithmetic))
            })
        crossmodalBlocks = try Dictionary(
            uniqueKeysWithValues: crossmodalGroups.map {
                ($0, try CrossmodalBlock("crossmodal.\($0)", configuration, in: parameters, arithmetic: arithmetic))
            })
        heads = try Dictionary(
            uniqueKeysWithValues: tasks.map { ($0.name, try TaskHead($0, configuration, in: parameters)) })
        mixing = try OutputMixing(tasks, in: parameters)
        identities = try Self.identities(names, tasks: tasks, configuration, parameters)
        isFused = arithmetic.isFused(on: device)
        self.configuration = configuration
        self.tasks = tasks
        self.sharing = sharing
        self.identityNames = names
        self.tokenWidth = tokenWidth
        self.parameters = parameters
    }

    /// Runs the tasks of a step as one execution plan.
    ///
    /// # Shapes
    /// - `inputs`: see ``StreamInput``
    /// - Result: see ``Output``
    ///
    /// - Parameters:
    ///   - inputs: The batch of each task, by task name.
    ///   - dropout: The dropout of the head features during training. `nil` applies none.
    ///   - latentDropout: The dropout of the encoders' latents during training. `nil` applies none.
    ///   - headsOnly: True to leave out the summary paths and factors, as training does; the logits
    ///     are then the outputs of the heads.
    /// - Throws: ``ModelError`` with the name of the stream when an input does not fit its task;
    ///   `TorchError` when an operation fails.
    public func forward(
        _ inputs: [String: TaskInput], dropout: FeatureDropout? = nil, latentDropout: FeatureDropout? = nil,
        headsOnly: Bool = false
    ) throws -> Output {
        try tasks.validate(inputs, learnsPlaceholders: configuration.learnsPlaceholders)
        let plan = try plan(inputs)
        let encoded = try encode(inputs, plan: plan, latentDropout: latentDropout)
        var outputs: [String: Tensor] = [:]
        var features: [String: Tensor] = [:]
        for task in tasks {
            guard let input = inputs[task.name], let head = heads[task.name] else { continue }
            let assembly = HeadAssembly(
                task: task, configuration: configuration, placeholders: head.placeholders,
                latents: encoded.stack, results: encoded.results)
            let read = try assembly.features(input, plan: plan)
            features[task.name] = read
            outputs[task.name] = try head(
                read, factors: dropout?.factors(read.shape, task: task.name, device: parameters.device))
        }
        let (logits, summaries) = try mixing.logits(outputs, inputs: inputs, headsOnly: headsOnly)
        return Output(
            logits: logits, heads: outputs, features: features, latents: encoded.latents, summaries: summaries)
    }

    /// The latents of all streams of a step, and the results of all pairs.
    struct Encoded {
        /// The latents, `[rows, n, d]`.
        let stack: Tensor
        /// The results, `[pairs, 1, d]`; `nil` without pairs.
        let results: Tensor?
        let latents: [ModalityStream: StreamLatents]
    }

    /// Returns the plan of a step.
    func plan(_ inputs: [String: TaskInput]) throws -> ExecutionPlan {
        try plans.plan(tasks, inputs: inputs, sharing: sharing)
    }

    /// Runs the encoders and crossmodal blocks.
    func encode(
        _ inputs: [String: TaskInput], plan: ExecutionPlan, latentDropout: FeatureDropout?
    ) throws -> Encoded {
        var parts: [Tensor] = []
        var latents: [ModalityStream: StreamLatents] = [:]
        let divided = latentDropout.map { $0.share > 0 ? $0.parts : [:] } ?? [:]
        let whole =
            try divided.isEmpty ? nil : ExecutionPlan(tasks, inputs: divided.mapValues { $0.whole }, sharing: sharing)
        for call in plan.encoderCalls {
            guard let encoder = encoders[call.group] else { continue }
            let tokens = try call.streams.map { try self.tokens(of: $0, in: inputs) }
            var encoded = try encoder(tokens)
            if let hidden = try latentDropout?.factors(
                encoded.shape, task: "encoder \(call.group)", device: parameters.device,
                kept: whole?.flags(ofEncoder: call.group, parts: divided))
            {
                encoded = try encoded * hidden
            }
            var offset = 0
            for (stream, tokens) in zip(call.streams, tokens) {
                let samples = try tokens.data.size(0)
                latents[stream.stream] = StreamLatents(stack: encoded, first: offset, count: samples)
                offset += samples
            }
            parts.append(encoded)
        }
        guard let first = parts.first else { throw ModelError("no sample of the step has any modality") }
        let stacked = parts.count == 1 ? first : try Tensor.concatenated(parts, axis: 0)
        let crossed = try plan.crossmodalCalls.compactMap { call in
            try crossmodalBlocks[call.group]?(stacked, rows: call.rows)
        }
        let results =
            try crossed.isEmpty ? nil : crossed.count == 1 ? crossed[0] : Tensor.concatenated(crossed, axis: 0)
        return Encoded(stack: stacked, results: results, latents: latents)
    }

    /// Returns the paths of the parameters used in a step of the given tasks.
    public func parameterPaths(of taskNames: Set<String>) -> [String] {
        let involved = tasks.filter { taskNames.contains($0.name) }
        var prefixes = Set(involved.map { "head.\($0.name)." })
        for task in involved {
            prefixes.formUnion(task.streams.map { "encoder.\(sharing.group(of: $0))." })
            prefixes.formUnion(task.pairs.map { "crossmodal.\(sharing.group(of: $0))." })
        }
        let identities = Set(involved.flatMap { $0.modalities.map { "identity.\($0.identity)" } })
        return parameters.paths.filter { path in
            identities.contains(path) || prefixes.contains { path.hasPrefix($0) }
        }
    }

    /// Returns the tokens of the samples that have a stream's modality, with the axes flattened.
    private func tokens(
        of rows: ExecutionPlan.StreamRows, in inputs: [String: TaskInput]
    ) throws -> TokenAttentionBlock.Tokens {
        guard let input = inputs[rows.stream.task]?.streams[rows.stream.modality],
            let identity = identities[rows.modality.identity]
        else { throw ModelError("stream \(rows.stream) has no input") }
        func chosen(_ tensor: Tensor) throws -> Tensor {
            try rows.samples.map { try tensor.selected(axis: 0, $0) } ?? tensor
        }
        let data = try chosen(input.data)
        let shape = data.shape
        let (samples, sizes) = (shape[0], Array(shape[1..<(shape.count - 1)]))
        let fixed = try constants(rows.modality, sizes: sizes)
        return TokenAttentionBlock.Tokens(
            data: sizes.count == 1 ? data : try data.reshaped([samples, fixed.count, rows.modality.channels]),
            mask: try input.mask.map { try chosen($0).reshaped([samples, fixed.count]) }, constants: fixed,
            identity: identity)
    }

    /// Returns the constant part of a modality's tokens, cached per shape of the grid.
    private func constants(_ modality: ModalityShape, sizes: [Int]) throws -> TokenConstants {
        let key = GridShape(modality: modality, sizes: sizes)
        if let cached = constants[key] { return cached }
        let created = try TokenConstants(modality, sizes: sizes, device: parameters.device)
        constants[key] = created
        return created
    }
}
