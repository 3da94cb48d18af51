import HighMMT
import Multimodal
import Testing
import Torch

@testable import Training

/// Losses that the model computes together with its heads, beside those computed of its outputs.
@Suite struct FusedLossesTests {
    /// A model of the synthetic suite with a batch of both tasks, of which one is a classification
    /// and one a regression.
    private struct Case {
        let model: any MultitaskModel
        let together: [TaskLoss]
        let apart: [TaskLoss]
        let inputs: [String: TaskInput]
        let targets: [String: Tensor]

        init(_ settings: [String] = []) throws {
            let run = try SyntheticSuite().run("run", settings)
            model = run.model
            let objectives = try run.tasks.map { ($0.name, $0.task.weight, try TaskObjective($0)) }
            together = objectives.map { TaskLoss($0, weight: $1, objective: $2) }
            apart = objectives.map { TaskLoss($0, weight: $1, sampleLosses: $2.sampleLosses, loss: $2.loss) }
            let batches = try run.tasks.map { ($0.name, try BatchReader($0, split: .train).batch([0, 1, 2, 3])) }
            inputs = try Dictionary(uniqueKeysWithValues: batches.map { ($0.0, try TaskInput($0.1, device: .cpu)) })
            targets = Dictionary(uniqueKeysWithValues: batches.map { ($0.0, $0.1.target) })
        }

        var batch: StepInput { StepInput(inputs, targets: targets) }

        func step(_ losses: [TaskLoss], frozen: Set<String> = []) throws -> TrainingStep {
            TrainingStep(
                model, losses: losses,
                optimiser: try Adam(model.parameters, settings: .init(learningRate: 0.01)), frozen: frozen)
        }
    }

    private static func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
        try (a - b).absolute().max().item() / max(1e-6, b.absolute().max().item())
    }

    @Test func bothWaysAgree() throws {
        let one = try Case()
        let apart = try one.step(one.apart).gradients(one.inputs, targets: one.targets)
        let wanted = try one.model.parameters.gradients.contiguous().detached() * 1
        let together = try one.step(one.together).gradients(one.inputs, targets: one.targets)
        #expect(together.losses.map(\.task) == apart.losses.map(\.task))
        for (a, b) in zip(together.losses, apart.losses) { #expect(try Self.difference(a.loss, b.loss) < 1e-6) }
        #expect(try Self.difference(#require(together.total), #require(apart.total)) < 1e-6)
        for task in ["gait", "size"] {
            let (a, b) = (together.output, apart.output)
            #expect(try Self.difference(#require(a.logits[task]), #require(b.logits[task])) < 1e-5)
            #expect(try Self.difference(#require(a.heads[task]), #require(b.heads[task])) < 1e-5)
            #expect(try Self.difference(#require(a.features[task]), #require(b.features[task])) == 0)
        }
        #expect(together.output.logits["gait"]?.requiresGradient == false)
        #expect(apart.output.logits["gait"]?.requiresGradient == true)
        #expect(try Self.difference(one.model.parameters.gradients, wanted) < 1e-5)
    }

    /// Weights of samples, factors of tasks and shares of a batch count the same.
    @Test func weightsAndFactorsCount() throws {
        let one = try Case()
        let weights = ["gait": try Tensor([0.5, 2, 0, 1] as [Float], shape: [4])]
        let results = try [one.together, one.apart].map { losses in
            let step = try Case().step(losses)
            step.factors = ["size": 0.3]
            var norm = 0.0
            var batch = one.batch
            batch.weights = weights
            batch.shares = ["gait": 0.7, "size": 1]
            let values = try step(batch, done: 0, gradientNorm: { norm = $0 })
            return (values, norm)
        }
        for task in ["gait", "size"] {
            let (a, b) = (try #require(results[0].0[task]), try #require(results[1].0[task]))
            #expect(abs(a - b) < 1e-6 * max(1, abs(b)))
        }
        #expect(abs(results[0].1 - results[1].1) < 1e-4 * results[1].1)
    }

    /// Frozen parameters keep their values, the others move.
    @Test func frozenParametersStay() throws {
        let one = try Case()
        let paths = ["encoder.0.latents", "head.gait.linear.weight"]
        let before = try paths.map { try one.model.parameters.parameter($0).floats() }
        let other = try one.model.parameters.parameter("head.gait.linear.bias").floats()
        _ = try one.step(one.together, frozen: Set(paths))(one.batch, done: 0)
        #expect(try paths.map { try one.model.parameters.parameter($0).floats() } == before)
        #expect(try one.model.parameters.parameter("head.gait.linear.bias").floats() != other)
    }

    /// A second model's gradients and parameters are its own.
    @Test func modelsShareNothing() throws {
        let (one, other) = (try Case(), try Case())
        let before = try other.model.parameters.values.floats()
        _ = try one.step(one.together)(one.batch, done: 0)
        #expect(try other.model.parameters.values.floats() == before)
        #expect(try other.model.parameters.gradients.absolute().max().item() == 0)
        #expect(try one.model.parameters.gradients.absolute().max().item() > 0)
    }

    /// Two backward passes without clearing add up, as with autograd.
    @Test func gradientsAddUp() throws {
        let one = try Case()
        func loss() throws -> Tensor {
            let output = try one.model.forward(one.inputs)
            return try one.apart.reduce(Tensor.zeros([])) { sum, part in
                try sum + part.mean(#require(output.logits[part.task]), #require(one.targets[part.task]), weights: nil)
            }
        }
        try one.model.parameters.clearGradients()
        try loss().backward()
        let once = try one.model.parameters.gradients * 1
        try loss().backward()
        #expect(try Self.difference(one.model.parameters.gradients, once * 2) < 1e-6)
    }

    /// Dropped features have no fused form, and still count.
    @Test func stepsWithoutAFusedFormAreComputedApart() throws {
        let one = try Case()
        let dropout = FeatureDropout(share: 0.5, seed: 1, purpose: "step 0")
        var dropping = one.batch
        dropping.dropout = dropout
        let step = try one.step(one.together)
        let (plain, dropped) = (
            try step(one.batch, done: 0),
            try Case().step(one.together)(dropping, done: 0)
        )
        #expect(plain != dropped)
    }

    /// The losses of an objective are those of its own functions.
    @Test(arguments: [TargetKind.multilabel, .regression])
    func lossesAreThoseOfTheObjective(kind: TargetKind) throws {
        let objective = TaskObjective(unstandardised: kind, outputs: 3)
        let outputs: [Float] = [0.5, -1, 0, 2, 0, 1]
        let target = try Tensor([1, 0, 1, 0, 1, 0] as [Float], shape: [2, 3])
        let wanted = try objective.sampleLosses(Tensor(outputs, shape: [2, 3]), target).doubles()
        let found = try Self.fusedLosses(of: objective, outputs, target)
        for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-6) }
    }

    /// Returns the loss of every row of outputs, computed by a head that has them as its bias.
    static func fusedLosses(of objective: TaskObjective, _ outputs: [Float], _ target: Tensor) throws -> [Double] {
        let (rows, width) = (try target.size(0), try target.size(1))
        // The normalised features of a constant row are zero.
        let heads = try (0..<rows).map { row in
            let own = try target.narrowed(axis: 0, start: row, length: 1).contiguous()
            return try FusedBlocks.Head(
                .init(.latents, rows: [0], slots: 1), norm: (Tensor.full([4], 1), Tensor.zeros([4])),
                linear: (
                    Tensor.zeros([width, 4]), Tensor(Array(outputs[width * row..<width * (row + 1)]), shape: [width])
                ),
                loss: objective.fused(own, sampleWeights: nil, factor: 2))
        }
        let result = try FusedBlocks.losses(of: heads, latents: Tensor.zeros([1, 4]), results: nil)
        let losses = try result.heads.map { try $0.loss.item() }
        #expect(abs(try result.total.item() - 2 * losses.reduce(0, +)) < 1e-5)
        return losses
    }
}
