import Torch

/// One model for many modalities and tasks: shared Perceiver encoders, shared crossmodal blocks, a small head per task.
///
/// Source: Liang et al., "High-Modality Multimodal Transformer", TMLR 2023; the order of operations is that of the
/// public implementation, the arithmetic is simplified exactly.
public final class HighMMTModel {
    /// The sizes that do not depend on tasks.
    public let configuration: ModelConfiguration
    /// The tasks, in the order given.
    public let tasks: [TaskShape]
    /// Which streams and pairs share parameters.
    public let sharing: Sharing
    /// The names of all identities, in the order of their one-hot vectors.
    public let identityNames: [String]
    /// The width of a token.
    public let tokenWidth: Int
    /// All parameters.
    public let parameters: ParameterStore

    private let encoders: [Int: Encoder]
    private let crossmodalBlocks: [Int: CrossmodalBlock]
    private let heads: [String: TaskHead]
    private let summaries: [String: SummaryPath]
    private let factors: [String: Tensor]
    private let identities: [String: Tensor]
    private var constants: [String: TokenConstants] = [:]

    /// Creates a model whose parameters start from a seed.
    ///
    /// - Parameters:
    ///   - arithmetic: which of two ways to compute the same function.
    ///   - identityNames: the order of one-hot identities; the order of names when nothing is given.
    ///   - aliases: paths of parameters that share another's; those of `configuration.tiesLayers` when nothing is given.
    /// - Throws: ``ModelError`` when tasks, sizes or groups do not fit together.
    public init(
        _ configuration: ModelConfiguration, tasks: [TaskShape], sharing: Sharing = .all, seed: UInt64 = 0,
        device: Device = .cpu, arithmetic: Arithmetic = .automatic, identityNames: [String]? = nil,
        aliases: [String: String]? = nil
    ) throws {
        try configuration.validate()
        try HighMMTModel.validate(tasks)
        try sharing.validate(tasks)
        let names = try HighMMTModel.order(identityNames, tasks: tasks)
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
            declarations += TaskHead.declarations(task, configuration) + SummaryPath.declarations(task)
            if task.isCalibrated == true { declarations.append(ParameterDeclaration(task.calibrationPath, [2], .ones)) }
        }
        let ties = configuration.tiesLayers ? HighMMTModel.ties(among: declarations.map(\.path)) : [:]
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
        summaries = try tasks.reduce(into: [:]) { $0[$1.name] = try SummaryPath($1, in: parameters) }
        factors = try tasks.filter { $0.isCalibrated == true }.reduce(into: [:]) {
            $0[$1.name] = try parameters.parameter($1.calibrationPath)
        }
        identities = try HighMMTModel.identities(names, tasks: tasks, configuration, parameters)
        self.configuration = configuration
        self.tasks = tasks
        self.sharing = sharing
        self.identityNames = names
        self.tokenWidth = tokenWidth
        self.parameters = parameters
    }

    /// Everything one forward pass gives.
    public struct Output {
        /// Task → (B, outputs).
        public var logits: [String: Tensor]
        /// Task → (B, slots · width), what the task's head reads.
        public var features: [String: Tensor]
        /// Stream → (samples that have it, n, d), the latents after the encoder.
        public var latents: [Stream: Tensor]
        /// Task → (B, outputs), the part of the logits that its summary path says, before any factor.
        public var summaries: [String: Tensor] = [:]
    }

    /// Runs the tasks of a step, all in one plan.
    ///
    /// - Parameters:
    ///   - inputs: task → its batch.
    ///   - dropout: what falls silent while training.
    ///   - latentDropout: what falls silent in the latents of streams while training.
    ///   - offsets: task → (B, outputs), what is added to the outputs of its head instead of what its summary path says.
    ///   - isCalibrated: whether outputs are multiplied with the factors of their tasks, where they have one.
    /// - Throws: ``ModelError`` that names the stream when an input does not fit the task.
    public func forward(
        _ inputs: [String: TaskInput], dropout: FeatureDropout? = nil, latentDropout: FeatureDropout? = nil,
        offsets: [String: Tensor] = [:], isCalibrated: Bool = true
    ) throws -> Output {
        try validate(inputs)
        let plan = try ExecutionPlan(tasks, inputs: inputs, sharing: sharing)
        var parts: [Tensor] = []
        var latents: [Stream: Tensor] = [:]
        for call in plan.encoderCalls {
            guard let encoder = encoders[call.group] else { continue }
            let tokens = try call.streams.map { try self.tokens(of: $0, in: inputs) }
            var encoded = try encoder(tokens)
            if let hidden = try latentDropout?.factors(
                encoded.shape, task: "encoder \(call.group)", device: parameters.device)
            {
                encoded = try encoded * hidden
            }
            var offset = 0
            for (stream, tokens) in zip(call.streams, tokens) {
                let samples = try tokens.data.size(0)
                latents[stream.stream] = try encoded.narrowed(axis: 0, start: offset, length: samples)
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
        var logits: [String: Tensor] = [:]
        var features: [String: Tensor] = [:]
        var summarised: [String: Tensor] = [:]
        for task in tasks {
            guard let input = inputs[task.name], let head = heads[task.name] else { continue }
            let assembly = HeadAssembly(
                task: task, configuration: configuration, placeholders: head.placeholders, latents: stacked,
                results: results)
            let read = try assembly.features(input, plan: plan)
            features[task.name] = read
            var outputs = try head(
                read, factors: dropout?.factors(read.shape, task: task.name, device: parameters.device))
            let factors = try isCalibrated ? factors[task.name]?.detached() : nil
            if let factors { outputs = try outputs * factors.narrowed(axis: 0, start: 1, length: 1) }
            if let summary = summaries[task.name] {
                let said = try offsets[task.name] ?? summary(input)
                summarised[task.name] = said
                outputs = try outputs + (factors.map { try said * $0.narrowed(axis: 0, start: 0, length: 1) } ?? said)
            }
            logits[task.name] = outputs
        }
        return Output(logits: logits, features: features, latents: latents, summaries: summarised)
    }

    /// The paths of the parameters that a step of the given tasks involves.
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
        let sizes = Array(data.shape.dropFirst().dropLast())
        let known = try constants(rows.modality, sizes: sizes)
        let samples = try data.size(0)
        return TokenAttentionBlock.Tokens(
            data: try data.reshaped([samples, known.count, rows.modality.channels]),
            mask: try input.mask.map { try chosen($0).reshaped([samples, known.count]) }, constants: known,
            identity: identity)
    }

    private func constants(_ modality: ModalityShape, sizes: [Int]) throws -> TokenConstants {
        let key = "\(modality) \(sizes)"
        if let known = constants[key] { return known }
        let made = try TokenConstants(modality, sizes: sizes, device: parameters.device)
        constants[key] = made
        return made
    }

    private func validate(_ inputs: [String: TaskInput]) throws {
        guard !inputs.isEmpty else { throw ModelError("the step has no task") }
        for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
            guard let task = tasks.first(where: { $0.name == name }) else {
                throw ModelError("the model has no task '\(name)'; it has \(tasks.map(\.name).joined(separator: ", "))")
            }
            guard input.count > 0 else { throw ModelError("the batch of task '\(name)' is empty") }
            for (modalityName, stream) in input.streams.sorted(by: { $0.key < $1.key }) {
                guard let modality = task.modalities.first(where: { $0.name == modalityName }) else {
                    throw ModelError("task '\(name)' has no modality '\(modalityName)'")
                }
                try validate(stream, modality, Stream(task: name, modality: modalityName), samples: input.count)
            }
            guard !configuration.learnsPlaceholders else { continue }
            for modality in task.modalities {
                guard let sample = input.presence(of: modality.name).firstIndex(of: false) else { continue }
                throw ModelError(
                    "sample \(sample) of the batch lacks stream \(name)/\(modality.name), and this model learned no "
                        + "placeholders for absent modalities")
            }
        }
    }

    private func validate(_ input: StreamInput, _ modality: ModalityShape, _ stream: Stream, samples: Int) throws {
        let shape = input.data.shape
        guard shape.count == modality.axes + 2, shape.first == samples, shape.last == modality.channels,
            shape.allSatisfy({ $0 > 0 })
        else {
            throw ModelError(
                "the input of stream \(stream) has shape \(shape); expected \(samples) samples, \(modality.axes) axes, "
                    + "and \(modality.channels) channels")
        }
        if let mask = input.mask, mask.shape != Array(shape.dropLast()) {
            throw ModelError(
                "the mask of stream \(stream) has shape \(mask.shape); expected \(Array(shape.dropLast()))")
        }
        if let present = input.present, present.count != samples {
            throw ModelError(
                "stream \(stream) says of \(present.count) samples whether they have it; expected \(samples)")
        }
    }
}
