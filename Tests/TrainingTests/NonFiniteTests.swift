import Foundation
import HighMMT
import Multimodal
import Testing
import Torch

@testable import Training

/// A loss or gradient that is not finite is named and traced, and may be left out.
@Suite struct NonFiniteTests {
    private final class Messages: TrainingObserver {
        var texts: [String] = []
        func observe(_ event: TrainingEvent) {
            if case .skipped(let text) = event { texts.append(text) }
        }
    }

    /// Puts a value into a parameter of the last checkpoint, from which training then resumes.
    private func spoil(_ synthetic: SyntheticSuite, _ parameter: String, _ value: Float) throws {
        let path = synthetic.folder.path("run/stage1/epoch-000001/weights.safetensors")
        var tensors = try SafetensorsFile(path: path).tensors()
        let old = try #require(tensors[parameter])
        tensors[parameter] = try Tensor.full(old.shape, Double(value))
        try SafetensorsWriter.write(tensors, to: path)
    }

    private func failure(_ synthetic: SyntheticSuite, _ overrides: [String] = []) -> String {
        do {
            try synthetic.train("run", overrides)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func theSignOfNaNIsNotShown() {
        for loss in [Double.nan, -Double.nan] {
            #expect(
                NonFiniteValue(task: "gait", loss: loss, origin: nil).description == "the loss of task 'gait' is nan")
        }
        let infinite = NonFiniteValue(task: "gait", loss: -.infinity, origin: "the target")
        #expect(infinite.description == "the loss of task 'gait' is -inf; first in the target")
    }

    /// Task, stage, epoch, step, streams and the first tensor are named.
    @Test func theFirstTensorIsNamed() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        try spoil(synthetic, "encoder.0.latents", .infinity)
        let text = failure(synthetic)
        #expect(
            text.hasPrefix(
                "the loss of task 'gait' is nan; first in parameter encoder.0.latents (used by gait/card, gait/walk), in "
                    + "stage1, epoch 2, step 1; a lower training.learning_rate or training.nonfinite=skip may help"),
            "\(text)")
    }

    /// Finite parameters whose products overflow: the latents are the first to be infinite.
    @Test func anOverflowIsTracedToItsStream() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        try spoil(synthetic, "encoder.0.latents", 3e38)
        let text = failure(synthetic)
        #expect(text.contains("first in the latents of stream gait/"), "\(text)")
    }

    /// With `skip`, steps are left out and counted. An epoch without any other step is an error.
    @Test func stepsCanBeLeftOut() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        try spoil(synthetic, "head.size.linear.bias", .nan)
        let skip = ["training.nonfinite=skip"]
        let before = try synthetic.files("run")
        // The second task takes part in the last three of six steps. Its validation cannot be
        // scored, which is another error; the messages before tell what happened.
        let messages = Messages()
        _ = try? synthetic.train("run", skip + ["training.epochs=2"], observers: [messages])
        #expect(messages.texts.count == 3)
        #expect(
            messages.texts.first
                == "the loss of task 'size' is nan; first in parameter head.size.linear.bias, in stage1, epoch 2, step 4; "
                + "the step is left out")
        #expect(
            before["stage1/epoch-000001/state.json"] == (try synthetic.files("run")["stage1/epoch-000001/state.json"]))
    }

    @Test func anEpochWithoutFiniteStepsIsAnError() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        try spoil(synthetic, "encoder.0.latents", .nan)
        let text = failure(synthetic, ["training.nonfinite=skip"])
        #expect(text.contains("no step of the epoch was finite"), "\(text)")
    }

    /// Gradients that are not finite although the losses are move nothing.
    @Test func gradientsAreChecked() throws {
        let synthetic = try SyntheticSuite()
        let run = try synthetic.run("run")
        let optimiser = try Adam(run.model.parameters, settings: .init(learningRate: 0.1))
        let step = TrainingStep(
            run.model,
            losses: [
                TaskLoss("gait", weight: 1) { outputs, _ in
                    // The derivative of a square root at zero is infinite, its value is not.
                    try (outputs * 0).absolute().squareRoot().sum()
                }
            ], optimiser: optimiser)
        let task = try #require(run.tasks.first { $0.name == "gait" })
        let batch = try BatchReader(task, split: .train).batch([0, 1])
        let before = try run.model.parameters.values.floats()
        let error = #expect(throws: NonFiniteValue.self) {
            try step(StepInput(["gait": TaskInput(batch, device: .cpu)], targets: ["gait": batch.target]), done: 0)
        }
        #expect(error?.loss == nil && error?.task == "gait")
        #expect(error?.origin?.hasPrefix("the gradient of ") == true, "\(error?.origin ?? "")")
        #expect(try run.model.parameters.values.floats() == before)
    }
}
