import HighMMT
import Numerics
import Testing
import Torch

/// A random small model gives the same logits as ``PlainModel``.
@Suite struct PlainModelTests {
    /// A model, its tasks and a batch for each of them, all drawn from one seed.
    private struct Case {
        let model: HighMMTModel
        let tasks: [TaskShape]
        var batches: [String: TaskInput] = [:]

        /// - Parameter change: Changes the configuration that was drawn.
        init(seed: UInt64, arithmetic: Arithmetic, change: (inout ModelConfiguration) -> Void = { _ in }) throws {
            var random = RandomSource(seed: seed, purpose: "plain model")
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            func chance(_ share: Double) -> Bool { random.uniform() < share }
            let learnsPlaceholders = chance(0.4)
            var tasks: [TaskShape] = []
            for number in 0..<draw(1...2) {
                let modalities = (0..<draw(1...3)).map { index in
                    ModalityShape(
                        name: "m\(index)", identity: chance(0.5) ? "shared" : nil, axes: draw(1...3),
                        channels: draw(1...5), frequencyBands: draw(0...3), maxFrequency: Double(draw(1...9)),
                        hasPositions: chance(0.8))
                }
                tasks.append(TaskShape(name: "t\(number)", modalities: modalities, outputs: draw(1...4)))
            }
            let streams = tasks.flatMap { $0.streams.map(\.description) }
            let pairs = tasks.flatMap { $0.pairs.map(\.description) }
            func grouped(_ names: [String]) -> [String: Int] {
                Dictionary(names.map { ($0, draw(0...2)) }) { first, _ in first }
            }
            let sharing = Sharing(encoders: grouped(streams), crossmodal: grouped(pairs))
            var configuration = ModelConfiguration(
                latents: draw(1...6), width: draw(4...17), depth: draw(1...3), crossmodalDepth: draw(1...3),
                encoder: .init(cross: draw(1...3), latent: draw(1...3)),
                crossmodal: .init(cross: draw(1...3), latent: draw(1...3)), headWidth: draw(2...9),
                expansion: chance(0.5) ? 4 : draw(1...3),
                identity: chance(0.5) ? .oneHot : .learned(width: draw(1...5)), tiesLayers: chance(0.5),
                learnsPlaceholders: learnsPlaceholders, tokenWidth: chance(0.3) ? 64 : nil,
                crossHeadWidth: chance(0.4) ? draw(1...9) : nil, selfAttentions: chance(0.4) ? draw(1...3) : nil,
                hasPlainFeedForward: chance(0.3), poolsLatents: chance(0.3))
            change(&configuration)
            model = try HighMMTModel(configuration, tasks: tasks, sharing: sharing, arithmetic: arithmetic)
            self.tasks = tasks
            var state: [String: Tensor] = [:]
            for path in model.parameters.paths {
                let parameter = try model.parameters.parameter(path)
                state[path] = try parameter.detached() + random.normalTensor(parameter.shape) * 0.2
            }
            try model.parameters.load(state)
            for task in tasks {
                let count = draw(1...3)
                var input = TaskInput(count: count, streams: [:])
                for (position, modality) in task.modalities.enumerated() {
                    let axes = (0..<modality.axes).map { _ in draw(1...4) }
                    let tokens = axes.reduce(1, *)
                    let values = (0..<count * tokens * modality.channels).map { _ in Float(random.normal()) }
                    // The first token of a sample is always valid, and its first modality is
                    // present.
                    let isMasked = chance(0.6)
                    let valid = (0..<count * tokens).map { $0 % tokens == 0 || !isMasked || chance(0.6) }
                    let present = (0..<count).map { _ in !learnsPlaceholders || position == 0 || chance(0.6) }
                    input.streams[modality.name] = StreamInput(
                        data: try Tensor(values, shape: [count] + axes + [modality.channels]),
                        mask: isMasked ? try Tensor(valid, shape: [count] + axes) : nil, present: present)
                }
                batches[task.name] = input
            }
        }
    }

    @Test(arguments: UInt64(0)..<12, Arithmetic.allCases)
    func logitsEqualThoseOfThePlainModel(seed: UInt64, arithmetic: Arithmetic) throws {
        try compare(Case(seed: seed, arithmetic: arithmetic))
    }

    /// A part of the model that can be left out.
    enum Part: CaseIterable {
        case identity
        case encoder
        case crossmodal
        case everything

        func leaveOut(of configuration: inout ModelConfiguration) {
            if self == .identity || self == .everything { configuration.identity = .none }
            if self == .encoder || self == .everything { configuration.depth = 0 }
            if self == .crossmodal || self == .everything { configuration.crossmodalDepth = 0 }
        }
    }

    @Test(arguments: Part.allCases, Arithmetic.allCases)
    func aModelWithoutAPartEqualsThePlainModel(part: Part, arithmetic: Arithmetic) throws {
        for seed in UInt64(20)..<28 {
            try compare(Case(seed: seed, arithmetic: arithmetic, change: part.leaveOut))
        }
    }

    /// Numbers of parameters: those of the parts that are left, and gradients for all of them.
    @Test(arguments: Arithmetic.allCases)
    func aPartThatIsLeftOutHasNoParameters(arithmetic: Arithmetic) throws {
        let tasks = [TwoTasks.pair, TwoTasks.three]
        func model(_ part: Part?) throws -> HighMMTModel {
            var configuration = TwoTasks.configuration()
            part?.leaveOut(of: &configuration)
            return try HighMMTModel(configuration, tasks: tasks, seed: 4, arithmetic: arithmetic)
        }
        func count(_ model: HighMMTModel, _ prefix: String) throws -> Int {
            try model.parameters.paths.filter { $0.hasPrefix(prefix) }
                .reduce(0) { try $0 + model.parameters.count(of: $1) }
        }
        let full = try model(nil)
        let inputs = try Dictionary(
            uniqueKeysWithValues: tasks.map { ($0.name, try TwoTasks.input($0, samples: 3)) })
        for part in Part.allCases {
            let own = try model(part)
            let isWhole = part == .everything
            #expect(try count(own, "identity.") == (part == .identity || isWhole ? 0 : count(full, "identity.")))
            #expect(try count(own, "crossmodal.") == (part == .crossmodal || isWhole ? 0 : count(full, "crossmodal.")))
            #expect(try count(own, "head.") == count(full, "head."))
            // 5 latents of width 13, and a map from tokens of width 17, or 13 without identities.
            if part == .encoder { #expect(try count(own, "encoder.") == 5 * 13 + 13 * 17) }
            if isWhole { #expect(try count(own, "encoder.") == 5 * 13 + 13 * 13) }
            // The weights of keys and values, and the norm, lose the 4 columns of identities.
            if part == .identity {
                #expect(try count(own, "encoder.") == count(full, "encoder.") - 4 * (2 * 2 * 5 + 2))
            }
            try TwoTasks.loss(own.forward(inputs).logits).backward()
            for path in own.parameters.paths {
                let gradient = try own.parameters.parameter(path).gradient()?.floats() ?? []
                #expect(gradient.contains { $0 != 0 } && gradient.allSatisfy(\.isFinite), "\(part), \(path)")
            }
        }
    }

    /// Compares the logits of a model with those of the plain model.
    private func compare(_ drawn: Case) throws {
        let output = try drawn.model.forward(drawn.batches)
        let plain = try PlainModel(drawn.model)
        for task in drawn.tasks {
            let samples = try PlainModel.samples(of: #require(drawn.batches[task.name]))
            let expected = samples.flatMap { plain.logits(task, $0) }
            let found = try #require(output.logits[task.name]).doubles()
            #expect(found.count == expected.count)
            let largest = max(1, expected.map(abs).max() ?? 0)
            for (index, (one, other)) in zip(found, expected).enumerated() {
                #expect(abs(one - other) < 1e-4 * largest, "\(task.name), logit \(index): \(one), plain \(other)")
            }
        }
    }

    /// The plain model reads every parameter, so that agreement is evidence for all of them.
    @Test func thePlainModelDependsOnEveryParameter() throws {
        let tasks = [TwoTasks.pair, TwoTasks.alone]
        let model = try TwoTasks.model(tasks, sharing: .all)
        let samples = try tasks.map { try PlainModel.samples(of: TwoTasks.input($0, samples: 1)) }
        func logits() throws -> [Double] {
            let plain = try PlainModel(model)
            return zip(tasks, samples).flatMap { task, samples in samples.flatMap { plain.logits(task, $0) } }
        }
        let before = try logits()
        for path in model.parameters.paths {
            let original = try model.parameters.parameter(path).detached() * 1
            var random = RandomSource(seed: 9, purpose: path)
            let changed = try original + random.normalTensor(original.shape) * 0.1
            try model.parameters.load([path: changed], complete: false)
            #expect(try logits() != before, "\(path)")
            try model.parameters.load([path: original], complete: false)
        }
        #expect(try logits() == before)
    }
}
