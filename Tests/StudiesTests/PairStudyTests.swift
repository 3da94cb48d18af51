import Foundation
import Heterogeneity
import HighMMT
import Multimodal
import Numerics
import Testing
import TestSupport
import Training

@testable import Studies

@Suite("Which pairs to fuse")
struct PairStudyTests {
    /// A suite of one task with four modalities, of which the first tells the class.
    private struct FourModalities {
        let folder: TemporaryFolder
        let suite: Multimodal.Suite

        init() throws {
            folder = try TemporaryFolder()
            let table = ModalityDescription(kind: .table, axes: [3], channels: 1)
            let description = DatasetDescription(
                name: "cards", modalities: ["a": table, "b": table, "c": table, "d": table],
                targets: ["kind": .classification(["low", "high"])])
            try FileManager.default.createDirectory(atPath: folder.path("cards"), withIntermediateDirectories: true)
            _ = try DatasetWriter(
                description, layouts: [:], rows: [.train: 24, .valid: 16, .test: 16], folder: folder.path("cards")
            ).write { split, row in
                var random = RandomSource(seed: 4, purpose: "\(split)/\(row)")
                func numbers(_ shift: Int) -> [Float] { (0..<3).map { _ in Float(random.normal()) + Float(shift) } }
                return Sample(
                    inputs: ["a": numbers(row % 2), "b": numbers(0), "c": numbers(0), "d": numbers(0)],
                    targets: ["kind": [Double(row % 2)]])
            }
            suite = try Multimodal.Suite(
                yaml: """
                    name: four
                    seed: 2
                    datasets: {cards: {path: cards}}
                    tasks: {kind: {dataset: cards, target: kind}}
                    model: {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {self_heads: 2}}
                    training: {recipe: published, epochs: 1, batch: 12, stage2: {epochs: 1}}
                    """, file: folder.path("suite.yaml"))
        }
    }

    private static let pairs = ["a+b", "a+c", "a+d", "b+c", "b+d", "c+d"].map { "kind/\($0)" }

    private func diagnosis(_ pair: String, gain: Double) throws -> PairDiagnosis {
        let json = """
            {"pair": "\(pair)", "first": 0.1, "second": 0.1, "both": \(0.1 + gain), "gain": \(gain),
             "gainStandardError": 0.01}
            """
        return try JSONDecoder().decode(PairDiagnosis.self, from: Data(json.utf8))
    }

    private func study(_ four: FourModalities, _ training: StudyTraining) throws -> PairStudy {
        var values = SquareMatrix(count: 6, repeating: 0.0)
        for pair in EntryPair.all(of: 6) {
            // c+d is far from all others.
            let distance = pair.second == 5 ? 3.0 : 0.1 * Double(pair.first + pair.second)
            (values[pair.first, pair.second], values[pair.second, pair.first]) = (distance, distance)
        }
        return PairStudy(
            four.suite, interactions: try HeterogeneityMatrix(names: Self.pairs, values: values),
            diagnoses: try Self.pairs.enumerated().map { try diagnosis($1, gain: $0 == 4 ? 0.9 : 0.1 * Double($0)) },
            shares: [0.5, 0.4], draws: 2, seeds: 2, training: training)
    }

    @Test("every stream keeps its best pair, and the best of the rest fill the budget")
    func budget() {
        let ranked: [String] = ["a+b", "a+c", "b+c", "a+d", "c+d", "b+d"].map { "t/\($0)" } + ["u/x+y"]
        // a+b, a+c for c, a+d for d and x+y cover all streams.
        let least = ["t/a+b", "t/a+c", "t/a+d", "u/x+y"]
        #expect(PairBudget(share: 0.1).kept(of: ranked) == least)
        #expect(PairBudget(share: 4.0 / 7).kept(of: ranked) == least)
        #expect(PairBudget(share: 5.0 / 7).kept(of: ranked) == (least + ["t/b+c"]).sorted())
        #expect(PairBudget(share: 1).kept(of: ranked) == ranked.sorted())
        // A ranking that covers all streams of t with two pairs still keeps three of them.
        let matched = ["t/a+b", "t/c+d"] + ranked.filter { !["t/a+b", "t/c+d"].contains($0) }
        #expect(PairBudget(share: 0.1).kept(of: matched) == ["t/a+b", "t/a+c", "t/c+d", "u/x+y"])
        #expect([0.1, 0.5, 0.7, 0.9].map { PairBudget(share: $0).count(of: ranked) } == [4, 4, 5, 6])
    }

    @Test("each choice fuses the pairs that its name says, in a smaller feature vector")
    func choices() throws {
        let four = try FourModalities()
        let training = StudyTraining(dataRoot: four.folder.path, folder: four.folder.path("pairs"))
        let result = try study(four, training).run()
        #expect(result.arms.map(\.choice) == [nil, .gain, .heterogeneity, .random, .validation])
        #expect(result.arms.map(\.pairs) == [6, 3, 3, 3, 3] && result.pairs == 6)
        func run(_ name: String) -> RunDirectory { RunDirectory("\(training.folder)/\(name)") }
        func kept(_ name: String) throws -> [String] {
            Set(try run(name).record(of: .second).tasks.flatMap { $0.pairs.map(\.description) }).sorted()
        }
        // The gains rank b+d, c+d, b+c, a+d, …: b+d and c+d cover b, c, d, and a+d covers a.
        #expect(try kept("gain-50-seed-2") == ["kind/a+d", "kind/b+d", "kind/c+d"])
        // c+d is the most heterogeneous pair; then b+d, a+d, … by their mean distances.
        #expect(try kept("heterogeneity-50-seed-2").contains("kind/c+d"))
        #expect(try kept("all-seed-2") == Self.pairs)
        #expect(try kept("random-0-50-seed-2").count == 3)
        for seed in [2, 3] {
            let draws = try [0, 1].map { try kept("random-\($0)-50-seed-\(seed)") }
            #expect(Set(draws.flatMap { $0 }).count > 3, "seed \(seed): two equal draws")
        }
        // Random pairs count with their mean; validation takes one of them.
        func score(_ name: String) throws -> Double { try #require(run(name).result(of: .second)?.score) }
        let random = try [2, 3].map { seed in
            try (score("random-0-50-seed-\(seed)") + score("random-1-50-seed-\(seed)")) / 2
        }
        #expect(result.arms[3].score.values == random && result.arms[3].ahead == nil)
        let gain = try [2, 3].map { try score("gain-50-seed-\($0)") }
        #expect(result.arms[1].score.values == gain)
        let ahead = try #require(result.arms[1].ahead).difference
        #expect(abs(ahead - zip(gain, random).map { $0 - $1 }.mean) < 1e-12)
        for (index, seed) in [2, 3].enumerated() {
            let own = try [0, 1].map { try score("random-\($0)-50-seed-\(seed)") }
            #expect(own.contains(result.arms[4].score.values[index]))
        }
        #expect(result.arms.allSatisfy { $0.inferenceMilliseconds?.mean ?? 0 > 0 })
        var stopping = try study(four, training)
        stopping.training.shouldStop = {
            Issue.record("expected nothing to train")
            return true
        }
        #expect(try stopping.run().table == result.table)
    }

    @Test("the best draw on validation is chosen seed by seed")
    func validation() throws {
        var comparison = PairComparison(seeds: [1, 2])
        let outcomes: [(choice: PairChoice?, draw: Int, seed: UInt64, score: Double, validation: Double)] = [
            (nil, 0, 1, 0.9, 0.5), (nil, 0, 2, 0.8, 0.5), (.random, 0, 1, 0.5, 0.1), (.random, 1, 1, 0.7, 0.2),
            (.random, 0, 2, 0.6, 0.4), (.random, 1, 2, 0.2, 0.3),
        ]
        for (choice, draw, seed, score, validation) in outcomes {
            comparison.add(
                PairModel.Outcome(score: score, validation: validation, milliseconds: nil),
                of: PairModel(
                    choice: choice, share: choice == nil ? 1 : 0.5, draw: draw, seed: seed,
                    kept: choice == nil ? ["p", "q"] : ["p"]))
        }
        let arms = comparison.arms(shares: [0.5])
        #expect(arms.map(\.choice) == [nil, .random, .validation])
        #expect(arms[2].score.values == [0.7, 0.6] && arms[1].score.values == [0.6, 0.4])
        #expect(abs((arms[2].ahead?.difference ?? 9) - 0.15) < 1e-12)
        #expect(abs((arms[2].change?.difference ?? 9) + 0.2) < 1e-12)
    }

    @Test("a pair that was not measured is named")
    func unmeasured() throws {
        let four = try FourModalities()
        var study = try study(four, StudyTraining(dataRoot: four.folder.path, folder: four.folder.path("pairs")))
        study.diagnoses.removeLast()
        #expect { try study.run() } throws: { "\($0)".contains("pair 'kind/c+d' was not measured") }
    }
}
