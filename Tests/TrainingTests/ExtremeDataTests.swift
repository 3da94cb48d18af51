import Foundation
import Multimodal
import Numerics
import TestSupport
import Testing
import Torch

@testable import Training

/// Data at the edge of what can be learned: training works, or says why not.
@Suite struct ExtremeDataTests {
    /// A dataset of one series and one table.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var rows: [Split: Int] = [.train: 6, .valid: 4, .test: 4]
        var length = 3
        var batch = 2
        /// Row and place → value of the series.
        var value: @Sendable (Int, Int, Double) -> Float = { _, _, noise in Float(noise) }
        var label: @Sendable (Split, Int) -> Int = { _, row in row % 2 }
        var valid: (@Sendable (Int, Int) -> Bool)?
        var hasSeries: @Sendable (Split, Int) -> Bool = { _, _ in true }
        var recipe = "published"

        /// Writes the dataset and returns the suite.
        func write(to folder: TemporaryFolder) throws -> Multimodal.Suite {
            let description = DatasetDescription(
                name: "extreme",
                modalities: [
                    "series": ModalityDescription(kind: .timeSeries, axes: [length], channels: 1),
                    "card": ModalityDescription(kind: .table, axes: [2], channels: 1),
                ], targets: ["kind": .classification(["a", "b"])])
            _ = try DatasetWriter(
                description, layouts: ["series": .init(isMasked: valid != nil, isOptional: true)], rows: rows,
                folder: folder.path("data/extreme")
            ).write { split, row in
                var random = RandomSource(seed: 1, purpose: "\(split)/\(row)")
                let series = (0..<length).map { value(row, $0, random.normal()) }
                let isPresent = hasSeries(split, row)
                return Sample(
                    inputs: ["card": [Float(random.normal()), 1]].merging(isPresent ? ["series": series] : [:]) { $1 },
                    valid: isPresent
                        ? valid.map { valid in ["series": (0..<length).map { valid(row, $0) }] } ?? [:] : [:],
                    targets: ["kind": [Double(label(split, row))]])
            }
            return try Multimodal.Suite(
                yaml: """
                    name: extreme
                    seed: 5
                    datasets: {extreme: {path: extreme}}
                    tasks: {kind: {dataset: extreme, target: kind}}
                    model:
                      {latents: 2, width: 4, head_width: 4, identity_width: 2,
                       encoder: {cross_heads: 1, self_heads: 1}, crossmodal: {cross_heads: 1, self_heads: 1}}
                    training: {recipe: \(recipe), epochs: 2, batch: \(batch)}
                    """, file: folder.path("suite.yaml"))
        }
    }

    private static let usable: [Case] = [
        Case(testDescription: "batches of one row", batch: 1),
        Case(testDescription: "one row per split", rows: [.train: 1, .valid: 1, .test: 1]),
        Case(testDescription: "one row per split, robust", rows: [.train: 1, .valid: 1, .test: 1], recipe: "robust"),
        Case(
            testDescription: "one class in the validation split",
            label: { split, row in split == .valid ? 1 : row % 2 }),
        Case(testDescription: "one class everywhere", label: { _, _ in 0 }),
        Case(testDescription: "one class everywhere, robust", label: { _, _ in 0 }, recipe: "robust"),
        Case(testDescription: "a constant channel", value: { _, _, _ in 7 }),
        Case(testDescription: "a constant channel, robust", value: { _, _, _ in 7 }, recipe: "robust"),
        Case(testDescription: "sequences of length 1", length: 1),
        Case(testDescription: "sequences of length 10 000", rows: [.train: 2, .valid: 1, .test: 1], length: 10_000),
        Case(testDescription: "one valid token", valid: { row, token in token == row % 3 }),
        Case(testDescription: "large values", value: { _, place, noise in place == 0 ? 1e15 : Float(noise) }),
        Case(
            testDescription: "large values, robust", value: { _, place, noise in place == 0 ? 1e15 : Float(noise) },
            recipe: "robust"),
    ]

    @Test(arguments: usable) func trainingWorks(one: Case) throws {
        let folder = try TemporaryFolder()
        let suite = try one.write(to: folder)
        let data = try OpenedSuite(suite, dataRoot: folder.path("data"))
        let directory = RunDirectory(folder.path("run"))
        let run = try StageRun(of: data, run: directory, device: .cpu)
        guard case .finished = try run.train() else {
            Issue.record("was not finished")
            return
        }
        let records = MetricsLog(path: directory.metricsPath).records(stage: .first)
        #expect(records.last?.epoch == 2)
        #expect(records.allSatisfy { $0.trainingLoss.values.allSatisfy(\.isFinite) && $0.score.isFinite })
        let model = try directory.bestModel(device: .cpu).model
        #expect(try model.parameters.values.isFinite().all())
        let result = try run.evaluate(on: .test)
        #expect(result.tasks["kind"]?.scores.loss.isFinite == true)
    }

    @Test func valuesBeyondTheLimitAreNamed() throws {
        let folder = try TemporaryFolder()
        let one = Case(testDescription: "", value: { row, place, _ in row == 4 && place == 2 ? 1e38 : 0.5 })
        #expect {
            _ = try one.write(to: folder)
        } throws: {
            "\($0)".contains("'series': 1e+38 in row 4, token 2, channel 0, expected numbers within ±")
        }
    }

    @Test func masksThatHideEverythingAreNamed() throws {
        let folder = try TemporaryFolder()
        let one = Case(testDescription: "", valid: { row, _ in row != 3 })
        #expect {
            _ = try one.write(to: folder)
        } throws: {
            "\($0)".contains("'mask/series': row 3 has no valid token; if the row lacks the modality, set 'present/…'")
        }
    }

    @Test func aModalityThatTrainingNeverSeesIsRefused() throws {
        let folder = try TemporaryFolder()
        let suite = try Case(testDescription: "", hasSeries: { split, _ in split != .train }).write(to: folder)
        let data = try OpenedSuite(suite, dataRoot: folder.path("data"))
        let run = try StageRun(of: data, run: RunDirectory(folder.path("run")), device: .cpu)
        #expect {
            _ = try run.train()
        } throws: {
            "\($0)".contains("tasks.kind.modalities: 'series' is absent in all 6 training rows")
                || "\($0)".contains("'tasks.kind.modalities': 'series' is absent in all 6 training rows")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    }

    @Test func anUntrainedPlaceholderIsSaid() throws {
        let folder = try TemporaryFolder()
        let suite = try Case(testDescription: "", hasSeries: { split, row in split != .test || row > 0 })
            .write(to: folder)
        let data = try OpenedSuite(suite, dataRoot: folder.path("data"))
        let run = try StageRun(of: data, run: RunDirectory(folder.path("run")), device: .cpu)
        _ = try run.train()
        let text = "kind: 1 of 4 samples lack series, but no training sample did"
        #expect(try run.evaluate(on: .test).notes?.contains { $0.hasPrefix(text) } == true)
        #expect(try run.evaluate(on: .valid).notes?.contains { $0.contains("no training sample did") } != true)
    }
}
