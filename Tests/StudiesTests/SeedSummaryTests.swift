import Multimodal
import Testing

@testable import Studies
@testable import Training

@Suite("Summaries of seeds")
struct SeedSummaryTests {
    private func result(seed: UInt64, accuracy: Double) -> RunResult {
        RunResult(
            suite: "s", split: .test, seed: seed, parameters: 1,
            tasks: [
                "t": RunResult.TaskResult(
                    scores: TaskScores(samples: 10, loss: 1, metrics: ["accuracy": accuracy]), metrics: [.accuracy],
                    chance: ["accuracy": 0.5])
            ])
    }

    @Test("the mean has the standard error of its seeds")
    func severalSeeds() throws {
        let summary = try SeedSummary([
            result(seed: 1, accuracy: 0.6), result(seed: 2, accuracy: 0.7), result(seed: 3, accuracy: 0.8),
        ])
        let mean = try #require(summary.tasks["t"]?["accuracy"])
        #expect(abs(mean.mean - 0.7) < 1e-12 && mean.n == 3)
        // The standard deviation is 0.1.
        #expect(abs(try #require(mean.standardError) - 0.1 / 3.0.squareRoot()) < 1e-12)
        // (accuracy − ½) / ½
        #expect(abs(try #require(summary.score).mean - 0.4) < 1e-12)
    }

    @Test("one seed has no standard error, and a repeated seed is an error")
    func fewSeeds() throws {
        let one = try SeedSummary([result(seed: 1, accuracy: 0.6)])
        #expect(one.score?.n == 1 && one.score?.standardError == nil)
        #expect { try SeedSummary([result(seed: 4, accuracy: 0.6), result(seed: 4, accuracy: 0.7)]) } throws: {
            "\($0)" == "two runs have the seed 4; expected runs from different seeds"
        }
    }
}
