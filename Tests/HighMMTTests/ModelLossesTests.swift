import HighMMT
import Testing
import Torch

/// Losses computed together with the heads, beside those computed of the outputs.
@Suite struct ModelLossesTests {
    private static let tasks = [TwoTasks.pair, TwoTasks.three, TwoTasks.alone]

    private static func inputs() throws -> [String: TaskInput] {
        [
            "pair": try TwoTasks.input(TwoTasks.pair, samples: 3),
            "three": try TwoTasks.input(TwoTasks.three, samples: 4),
            "alone": try TwoTasks.input(TwoTasks.alone, samples: 2),
        ]
    }

    private static func losses() throws -> [(task: String, loss: FusedBlocks.Loss)] {
        [
            (
                "three",
                .init(.binaryCrossEntropy, target: try Tensor([1, 0, 0, 1, 1, 1, 0, 0] as [Float], shape: [4, 2]))
            ),
            ("pair", .init(.crossEntropy, target: try Tensor([2, 0, 1] as [Int64], shape: [3]), factor: 0.7)),
            (
                "alone",
                .init(
                    .squaredError, target: try Tensor([1, 2, 3, 4, 0, -1, 1, 5] as [Float], shape: [2, 4]),
                    sampleWeights: try Tensor([0.5, 2] as [Float], shape: [2]), factor: 1.5)
            ),
        ]
    }

    private static func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
        try (a - b).absolute().max().item() / max(1e-6, b.absolute().max().item())
    }

    @Test(arguments: [1, 2], [false, true])
    func bothWaysAgree(depth: Int, learnsPlaceholders: Bool) throws {
        let model = try TwoTasks.model(Self.tasks, depth: depth, learnsPlaceholders: learnsPlaceholders)
        let (inputs, losses) = (try Self.inputs(), try Self.losses())
        let output = try model.forward(inputs)
        func logits(_ task: String) throws -> Tensor { try #require(output.logits[task]) }
        let apart = [
            try logits("three").binaryCrossEntropy(losses[0].loss.target),
            try logits("pair").crossEntropy(losses[1].loss.target),
            try
                ((logits("alone") - losses[2].loss.target).squared().mean(axes: [1])
                * #require(losses[2].loss.sampleWeights)).mean(),
        ]
        try (apart[0] + apart[1] * 0.7 + apart[2] * 1.5).backward()
        let wanted = try model.parameters.gradients * 1
        try model.parameters.clearGradients()

        let pass = try #require(try model.forward(inputs, latentDropout: nil, losses: losses))
        for (found, wanted) in zip(pass.losses, apart) { #expect(try Self.difference(found, wanted) < 1e-5) }
        for task in Self.tasks {
            let features = try #require(output.features[task.name])
            #expect(try Self.difference(#require(pass.output.logits[task.name]), logits(task.name)) < 1e-5)
            #expect(try Self.difference(#require(pass.output.features[task.name]), features) == 0)
        }
        #expect(pass.output.latents.count == output.latents.count)
        try pass.total.backward()
        let largest = try wanted.absolute().max().item()
        #expect(try (model.parameters.gradients - wanted).absolute().max().item() < 1e-5 * largest)
        #expect(largest > 0)
    }

    /// A gradient reaches every parameter, those of heads included.
    @Test func gradientsReachAllParameters() throws {
        let model = try TwoTasks.model(Self.tasks)
        try #require(try model.forward(Self.inputs(), latentDropout: nil, losses: Self.losses())).total.backward()
        for path in model.parameters.paths {
            let gradient = try #require(try model.parameters.parameter(path).gradient())
            #expect(try gradient.absolute().max().item() > 0, "no gradient reaches \(path)")
        }
    }

    /// Steps without a fused form are refused before anything is computed.
    @Test func otherStepsHaveNoFusedForm() throws {
        let model = try TwoTasks.model(Self.tasks, learnsPlaceholders: true)
        let (inputs, losses) = (try Self.inputs(), try Self.losses())
        #expect(try model.forward(inputs, latentDropout: nil, losses: []) == nil)
        #expect(try model.forward(inputs, latentDropout: nil, losses: Array(losses.dropLast())) == nil)
        #expect(try model.forward(inputs, latentDropout: nil, losses: losses + [losses[0]]) == nil)
        var other = losses
        other[0].loss.target = try Tensor([1, 0, 0, 1] as [Float], shape: [4, 1])
        #expect(try model.forward(inputs, latentDropout: nil, losses: other) == nil)
        other[0].loss.target = try losses[0].loss.target.to(dtype: .int64)
        #expect(try model.forward(inputs, latentDropout: nil, losses: other) == nil)
        var missing = inputs
        missing["pair"]?.streams["sound"]?.present = [true, false, true]
        #expect(try model.forward(missing, latentDropout: nil, losses: losses) == nil)
        missing = inputs
        missing["alone"]?.streams["table"]?.present = [false, true]
        #expect(try model.forward(missing, latentDropout: nil, losses: losses) == nil)
        let composed = try TwoTasks.model(Self.tasks, arithmetic: .composed)
        #expect(try composed.forward(inputs, latentDropout: nil, losses: losses) == nil)
    }

    /// A class that the head does not have is an error.
    @Test func classesAreChecked() throws {
        let model = try TwoTasks.model(Self.tasks)
        var losses = try Self.losses()
        losses[1].loss.target = try Tensor([2, 0, 3] as [Int64], shape: [3])
        let error = #expect(throws: TorchError.self) {
            try model.forward(Self.inputs(), latentDropout: nil, losses: losses)
        }
        #expect(error?.message.contains("target 3 of sample 2 is out of range, expected 0 to 2") == true)
    }
}
