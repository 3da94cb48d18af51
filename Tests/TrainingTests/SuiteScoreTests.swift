import Files
import Foundation
import Multimodal
import Testing

@testable import Training

@Suite struct SuiteScoreTests {
    private func result(_ metrics: [Metric], _ values: [String: Double], chance: [String: Double])
        -> RunResult.TaskResult
    {
        RunResult.TaskResult(
            scores: TaskScores(samples: 10, loss: 1, metrics: values), metrics: metrics, chance: chance)
    }

    @Test func sharesCountFromChance() throws {
        let accuracy = result([.accuracy, .f1], ["accuracy": 0.8, "f1": 0.1], chance: ["accuracy": 0.6, "f1": 0])
        #expect(abs(try #require(SuiteScore.share(of: accuracy)) - 0.5) < 1e-12)
        // Chance is ½ for a ranking and 0 for R², whatever the measured chance level is.
        let ranking = result([.auroc, .accuracy], ["auroc": 0.9, "accuracy": 0.3], chance: ["accuracy": 0.9])
        #expect(abs(try #require(SuiteScore.share(of: ranking)) - 0.8) < 1e-12)
        let numbers = result([.rmse, .r2], ["rmse": 7, "r2": -0.2], chance: ["rmse": 9, "r2": -0.1])
        #expect(SuiteScore.share(of: numbers) == -0.2)
        let tasks = ["a": accuracy, "b": ranking, "c": numbers]
        let mean = try #require(SuiteScore.value(tasks))
        #expect(abs(mean - 1.1 / 3) < 1e-12)
    }

    @Test func whatHasNoShareDoesNotCount() {
        let certain = result([.accuracy], ["accuracy": 1], chance: ["accuracy": 1])
        let undefined = result([.auroc], [:], chance: [:])
        let error = result([.rmse], ["rmse": 3], chance: ["rmse": 4])
        #expect(SuiteScore.value(["a": certain, "b": undefined, "c": error]) == nil)
        let right = result([.accuracy], ["accuracy": 1], chance: ["accuracy": 0.5])
        #expect(SuiteScore.value(["a": certain, "d": right]) == 1)
    }

    /// The score is in the file. Results of earlier versions, which lack it, can be read.
    @Test func theScoreIsPartOfTheResult() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let data = try #require(FileManager.default.contents(atPath: synthetic.directory("run").resultPath(of: .first)))
        let result = try JSONFile.decode(RunResult.self, from: data)
        let score = try #require(result.score)
        #expect(score == SuiteScore.value(result.tasks))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        object["score"] = nil
        let old = try JSONFile.decode(RunResult.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(old.score == nil && old.tasks == result.tasks)
    }
}
