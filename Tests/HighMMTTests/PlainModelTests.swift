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

        init(seed: UInt64, arithmetic: Arithmetic) throws {
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
            let configuration = ModelConfiguration(
                latents: draw(1...6), width: draw(4...17), depth: draw(1...3), crossmodalDepth: draw(1...3),
                encoder: .init(cross: draw(1...3), latent: draw(1...3)),
                crossmodal: .init(cross: draw(1...3), latent: draw(1...3)), headWidth: draw(2...9),
                expansion: chance(0.5) ? 4 : draw(1...3),
                identity: chance(0.5) ? .oneHot : .learned(width: draw(1...5)), tiesLayers: chance(0.5),
                learnsPlaceholders: learnsPlaceholders, tokenWidth: chance(0.3) ? 64 : nil,
                crossHeadWidth: chance(0.4) ? draw(1...9) : nil, selfAttentions: chance(0.4) ? draw(1...3) : nil,
                hasPlainFeedForward: chance(0.3), poolsLatents: chance(0.3))
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
        let drawn = try Case(seed: seed, arithmetic: arithmetic)
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
