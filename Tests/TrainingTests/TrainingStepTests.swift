import HighMMT
import Multimodal
import Testing
import Torch

@testable import Training

@Suite struct TrainingStepTests {
    /// A model of the synthetic suite with a batch of both tasks.
    private struct Case {
        let model: any MultitaskModel
        let losses: [TaskLoss]
        let inputs: [String: TaskInput]
        let targets: [String: Tensor]

        init() throws {
            let synthetic = try SyntheticSuite()
            let run = try synthetic.run("run")
            model = run.model
            losses = try run.tasks.map { task in
                TaskLoss(task.name, weight: task.task.weight, loss: try TaskObjective(task).loss)
            }
            let batches = try run.tasks.map { ($0.name, try BatchReader($0, split: .train).batch([0, 1, 2, 3])) }
            inputs = try Dictionary(
                uniqueKeysWithValues: batches.map { ($0.0, try TaskInput($0.1, device: .cpu)) })
            targets = Dictionary(uniqueKeysWithValues: batches.map { ($0.0, $0.1.target) })
        }

        var batch: StepInput { StepInput(inputs, targets: targets) }

        func step(_ average: ParameterAverage? = nil) throws -> TrainingStep {
            TrainingStep(
                model, losses: losses,
                optimiser: try Adam(model.parameters, settings: .init(learningRate: 0.01)), average: average)
        }
    }

    /// The total is the weighted sum of the losses, and a step lowers it.
    @Test func lossesAreWeighedAndFall() throws {
        let one = try Case()
        let average = try ParameterAverage(of: one.model.parameters, decay: 0.5)
        let step = try one.step(average)
        let pass = try step.gradients(one.inputs, targets: one.targets)
        #expect(pass.losses.map(\.task) == ["gait", "size"])
        let sum = try pass.losses[0].loss.item() + 0.5 * pass.losses[1].loss.item()
        let total = try #require(try pass.total?.item())
        #expect(abs(total - sum) < 1e-6)
        let start = try average.values.floats()
        let first = try step(one.batch, done: 0)
        #expect(try first["gait"] == pass.losses[0].loss.item())
        #expect(try average.values.floats() != start)
        for done in 1..<10 { try step(one.batch, done: done) }
        let last = try step(one.batch, done: 10)
        #expect(last["gait"] ?? 9 < first["gait"] ?? 0)
    }

    /// Parameters of tasks that take no part do not change.
    @Test func onlyWhatTakesPartMoves() throws {
        let one = try Case()
        let gait = try one.model.parameters.parameter("head.gait.linear.bias").floats()
        let size = try one.model.parameters.parameter("head.size.linear.bias").floats()
        var batch = one.batch
        batch.inputs["gait"] = nil
        _ = try one.step()(batch, done: 0)
        #expect(try one.model.parameters.parameter("head.gait.linear.bias").floats() == gait)
        #expect(try one.model.parameters.parameter("head.size.linear.bias").floats() != size)
    }

    /// A loss that is no number is found before it damages anything.
    @Test func aLossThatIsNoNumberMovesNothing() throws {
        let one = try Case()
        var batch = one.batch
        batch.targets["size"] = try Tensor.full([4, 1], .nan)
        let before = try one.model.parameters.values.floats()
        let error = #expect(throws: NonFiniteValue.self) { try one.step()(batch, done: 0) }
        #expect(error?.task == "size" && error?.origin == "the target")
        #expect(try one.model.parameters.values.floats() == before)
    }
}
