import Foundation
import Multimodal
import Testing
import Torch

@testable import Training

/// `training.nonfinite: lower` trains an epoch again with half the learning rate.
@Suite struct LoweringTests {
    private final class Messages: TrainingObserver {
        var texts: [String] = []
        func observe(_ event: TrainingEvent) {
            if case .skipped(let text) = event { texts.append(text) }
        }
    }

    /// Trains a model that bears few large steps.
    ///
    /// - Parameter steps: The number of steps after which to stop.
    private func train(
        _ synthetic: SyntheticSuite, _ name: String, stoppingAfter steps: Int = .max,
        observers: [any TrainingObserver] = []
    ) throws -> Trainer.Outcome {
        let run = try synthetic.run(name)
        try run.run.prepare(for: run.suite, tasks: run.tasks)
        var settings = Trainer.Settings(stage: .first, epochs: 3, adam: .init(learningRate: 0.05), seed: 5)
        settings.recipe.nonFinite = .lower
        var remaining = steps
        return try Trainer(
            FragileModel(run.model, room: 0.22), tasks: run.tasks, objectives: run.objectives, settings: settings,
            store: run.run.checkpoints(stage: .first), log: MetricsLog(path: run.run.metricsPath), observers: observers
        ).run {
            remaining -= 1
            return remaining < 0
        }
    }

    @Test func theRateIsLoweredUntilStepsAreFinite() throws {
        let synthetic = try SyntheticSuite()
        let messages = Messages()
        let outcome = try train(synthetic, "run", observers: [messages])
        guard case .finished = outcome else {
            Issue.record("the run ended as \(outcome)")
            return
        }
        #expect(messages.texts.count >= 2)
        for (index, text) in messages.texts.enumerated() {
            let factor = pow(0.5, Double(index + 1))
            #expect(text.hasSuffix("; the epoch is trained again with \(factor) times the learning rate"), "\(text)")
        }
        let state = try #require(try synthetic.directory("run").checkpoints(stage: .first).latest()).state
        #expect(state.epoch == 3 && state.lowerings == messages.texts.count)
    }

    /// A stopped run goes back as one in one go does.
    @Test(arguments: [[1], [2, 1], [4, 3, 2]]) func aStoppedRunEndsInTheSameBytes(stops: [Int]) throws {
        let synthetic = try SyntheticSuite()
        _ = try train(synthetic, "whole")
        for steps in stops { _ = try train(synthetic, "parts", stoppingAfter: steps) }
        _ = try train(synthetic, "parts")
        try expectSame(synthetic.files("whole"), synthetic.files("parts"))
    }

    /// Parameters that are not finite cannot be helped by any rate.
    @Test func aRateThatDoesNotHelpIsAnError() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.folder.path("run/stage1/epoch-000001/weights.safetensors")
        var tensors = try SafetensorsFile(path: path).tensors()
        tensors["encoder.0.latents"] = try tensors["encoder.0.latents"].map { try Tensor.full($0.shape, .nan) }
        try SafetensorsWriter.write(tensors, to: path)
        let error = #expect(throws: TrainingError.self) {
            try synthetic.train("run", ["training.nonfinite=lower", "training.epochs=2"])
        }
        #expect(error.map { "\($0)" }?.contains("although the learning rate was halved 8 times") == true)
    }
}
