import HighMMT
import Numerics
import Testing
import Torch

@Suite struct SummaryPathTests {
    private static let sound = ModalityShape(
        name: "sound", axes: 1, channels: 2,
        summary: SummaryShape(width: 8, places: 1, keepsTokens: false, cells: [2]))
    private static let table = ModalityShape(
        name: "table", axes: 1, channels: 3, summary: SummaryShape(width: 3, places: 1, keepsTokens: true, cells: [1]))
    private static let shape = TaskShape(name: "t", modalities: [sound, table], outputs: 2)

    @Test func statisticsAreThoseOfValidTokens() throws {
        let stream = StreamInput(
            data: try Tensor([Float]([1, 10, 3, 10, 5, 16, 99, 99, 99, 99]), shape: [1, 5, 2]),
            mask: try Tensor([true, true, true, false, false], shape: [1, 5]))
        let summary = try #require(Self.sound.summary)
        let values = try SummaryFeatures.of(stream, summary).floats()
        // Means, deviations, then the first and the second half of three tokens.
        let expected: [Float] = [3, 12, 1.632993, 2.828427, 2, 10, 5, 16]
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(values)")
    }

    @Test func cellsOfAnImageAreItsParts() throws {
        let shape = SummaryShape(width: 6, places: 1, keepsTokens: false, cells: [2, 2])
        let stream = StreamInput(data: try Tensor((0..<8).map { Float($0) }, shape: [1, 2, 4, 1]))
        #expect(try SummaryFeatures.of(stream, shape).floats()[2...] == [0.5, 2.5, 4.5, 6.5])
    }

    private func model() throws -> HighMMTModel {
        let model = try HighMMTModel(
            ModelConfiguration(
                latents: 3, width: 8, encoder: .init(cross: 1, latent: 2), crossmodal: .init(cross: 1, latent: 2),
                headWidth: 4, learnsPlaceholders: true), tasks: [Self.shape], seed: 1)
        var state: [String: Tensor] = [:]
        for path in model.parameters.paths where path.hasPrefix("summary.") {
            var random = RandomSource(seed: 2, purpose: path)
            state[path] = try random.normalTensor(model.parameters.parameter(path).shape)
        }
        try model.parameters.load(state, complete: false)
        return model
    }

    private func input(samples: Int = 3) throws -> TaskInput {
        var random = RandomSource(seed: 5)
        return TaskInput(
            count: samples,
            streams: [
                "sound": StreamInput(data: try random.normalTensor([samples, 4, 2])),
                "table": StreamInput(data: try random.normalTensor([samples, 1, 3])),
            ])
    }

    /// A path is fitted, so it has no part in the number of trainable values.
    @Test func aPathAddsNothingToTrain() throws {
        var plain = Self.shape
        for index in plain.modalities.indices { plain.modalities[index].summary = nil }
        let counts = try [Self.shape, plain].map { shape in
            try HighMMTModel(
                ModelConfiguration(
                    latents: 3, width: 8, encoder: .init(cross: 1, latent: 2), crossmodal: .init(cross: 1, latent: 2),
                    headWidth: 4), tasks: [shape], seed: 1
            ).parameters
        }
        #expect(counts[0].trainedPaths == counts[1].trainedPaths && counts[0].count == counts[1].count)
        #expect(counts[0].paths.count > counts[1].paths.count)
    }

    @Test func theLogitsAreTheSumOfHeadAndSummary() throws {
        let output = try model().forward(["t": input()])
        let (head, summary) = (try #require(output.heads["t"]), try #require(output.summaries["t"]))
        #expect(try #require(output.logits["t"]).floats() == (head + summary).floats())
        #expect(try summary.floats().contains { $0 != 0 })
    }

    @Test func noStepTouchesTheSummary() throws {
        let model = try model()
        #expect(model.parameterPaths(of: ["t"]).allSatisfy { !$0.hasPrefix("summary.") })
        let logits = try #require(try model.forward(["t": input()]).logits["t"])
        try logits.squared().sum().backward()
        #expect(try model.parameters.parameter("summary.t.bias").gradient()?.floats().allSatisfy { $0 == 0 } ?? true)
    }

    /// An absent modality adds its constant, in a batch as alone.
    @Test func anAbsentModalityAddsItsConstant() throws {
        let model = try model()
        var gap = try input()
        gap.streams["table"]?.present = [true, false, true]
        let table = try #require(gap.streams["table"]).data
        gap.streams["table"]?.data = try table.filled(
            where: Tensor([false, true, false], shape: [3, 1, 1]), with: .nan)
        let said = try #require(try model.forward(["t": gap]).summaries["t"])
        var alone = try input()
        alone.streams["table"] = nil
        let without = try #require(try model.forward(["t": alone]).summaries["t"])
        let with = try #require(try model.forward(["t": input()]).summaries["t"])
        #expect(try said.selected(axis: 0, [1]).floats() == without.selected(axis: 0, [1]).floats())
        #expect(try said.selected(axis: 0, [0, 2]).floats() == with.selected(axis: 0, [0, 2]).floats())
        #expect(try without.floats() != with.floats())
    }

    @Test func factorsScaleBothParts() throws {
        var shape = Self.shape
        shape.isCalibrated = true
        let model = try HighMMTModel(
            ModelConfiguration(latents: 3, width: 8, learnsPlaceholders: true), tasks: [shape], seed: 1)
        var random = RandomSource(seed: 9)
        try model.parameters.load(
            [
                "summary.t.bias": random.normalTensor([2]), "head.t.linear.bias": random.normalTensor([2]),
                shape.calibrationPath: Tensor([2, 0.5], shape: [2]),
            ], complete: false)
        let output = try model.forward(["t": input()])
        let (head, summary) = (try #require(output.heads["t"]), try #require(output.summaries["t"]))
        let logits = try #require(output.logits["t"])
        #expect(try (logits - (summary * 2 + head * 0.5)).absolute().max().item() < 1e-6)
        let trained = try model.forward(["t": input()], headsOnly: true)
        #expect(try #require(trained.logits["t"]).floats() == head.floats())
        #expect(trained.summaries.isEmpty)
    }
}
