import Foundation
import Multimodal
import Testing
import Torch

@testable import Training

/// Regularisation against overfitting.
@Suite struct RegularisationTests {
    private let everything = [
        "training.schedule=cosine", "training.averaging=0.9", "training.token_dropout=0.3",
        "training.feature_dropout=0.3",
    ]

    /// Stops within an epoch, after one, and within the next. The final bytes are those of an
    /// uninterrupted run.
    @Test func aStoppedRunContinuesToTheSameBytes() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once", everything)
        try synthetic.train("stopped", everything, stoppingAfter: [2, 4, 3])
        try expectSame(synthetic.files("once"), synthetic.files("stopped"))
    }

    @Test(arguments: 0..<4)
    func eachChangesWhatIsLearned(index: Int) throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("plain", ["training.epochs=2"])
        try synthetic.train("other", ["training.epochs=2", everything[index]])
        let changed = try differences(synthetic.files("plain"), synthetic.files("other"))
        #expect(changed.contains("stage1/best.safetensors") && changed.contains("suite.yaml"))
    }

    /// The best parameters are the mean, and training continues from the parameters themselves.
    @Test func theMeanIsKept() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1", "training.averaging=0.9"])
        let stage = synthetic.folder.path("run/stage1")
        let mean = try SafetensorsFile(path: "\(stage)/epoch-000001/optimizer.safetensors")
            .tensor(named: "mean_of_parameters")
        let kept = try SafetensorsFile(path: "\(stage)/best.safetensors").tensors()
        let current = try SafetensorsFile(path: "\(stage)/epoch-000001/weights.safetensors").tensors()
        let model = try synthetic.directory("run").bestModel(device: .cpu).model
        #expect(try model.parameters.values.floats() == mean.floats())
        #expect(try kept["encoder.0.latents"]?.floats() != current["encoder.0.latents"]?.floats())
    }

    /// The learning rate of the last step is nearly zero, so the last epoch changes little.
    @Test func theScheduleEndsAtNothing() throws {
        let synthetic = try SyntheticSuite()
        func last(_ schedule: String) throws -> Double {
            try synthetic.train(
                schedule, ["training.epochs=8", "training.keep_last=8", "training.schedule=\(schedule)"])
            let weights = try [7, 8].map {
                try SafetensorsFile(
                    path: synthetic.folder.path("\(schedule)/stage1/epoch-00000\($0)/weights.safetensors")
                )
                .tensor(named: "encoder.0.latents")
            }
            return try (weights[1] - weights[0]).absolute().mean().item()
        }
        let (constant, linear) = (try last("constant"), try last("linear"))
        #expect(linear > 0 && linear < constant / 4)
    }

    @Test(arguments: [
        "training.schedule=steps", "training.averaging=1", "training.token_dropout=1", "training.feature_dropout=-0.1",
    ])
    func settingsThatCannotBeAreRefused(override: String) throws {
        let synthetic = try SyntheticSuite()
        #expect(throws: ConfigurationError.self) { try synthetic.suite([override]) }
    }
}
