import Foundation
import Multimodal
import Testing
import Torch

@testable import Training

/// The costs of a suite before it is trained.
@Suite struct TrainingEstimateTests {
    @Test func countsAreThoseOfTheTraining() throws {
        let synthetic = try SyntheticSuite()
        let run = try synthetic.run("run", ["training.epochs=3"])
        let estimate = try TrainingEstimate(run.data, device: .cpu)
        #expect(estimate.parameters == run.model.parameters.count && estimate.epochs == 3)
        // Six batches of the first task, as in the schedule of NonFiniteTests.
        #expect(estimate.steps == 6 && estimate.samples.keys.sorted() == ["gait", "size"])
        #expect(estimate.secondsPerEpoch > 0)
        let files = try run.tasks.flatMap { [$0.dataset.train.file.path, $0.dataset.valid.file.path] }
            .map { try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int ?? 0 }
        #expect(estimate.data == files.reduce(0, +))
        #if os(Linux)
            #expect(try #require(estimate.memory) > estimate.data)
        #endif
        // Nothing is left in the folder of the run.
        #expect(!FileManager.default.fileExists(atPath: synthetic.folder.path("run")))
    }

    @Test func limitsOfEpochsAndSamplesCount() throws {
        let synthetic = try SyntheticSuite()
        let run = try synthetic.run("run", ["training.epoch_batches=2"])
        let estimate = try TrainingEstimate(run.data, device: .cpu)
        let batch = try #require(run.tasks.first).batch
        #expect(estimate.steps == 2 && estimate.samples.values.allSatisfy { $0 <= 2 * batch })
    }
}
