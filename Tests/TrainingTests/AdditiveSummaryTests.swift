import Foundation
import HighMMT
import Multimodal
import Numerics
import TestSupport
import Testing
import Torch

@testable import Training

/// The piecewise-linear features of summary paths.
@Suite struct AdditiveSummaryTests {
    private let folder: TemporaryFolder

    /// A target that rises on both sides of 0 in one field of two.
    init() throws {
        folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "t", modalities: ["table": ModalityDescription(kind: .table, axes: [2], channels: 1)],
            targets: ["bent": .regression(), "straight": .regression(), "copied": .regression()])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 400, .valid: 100, .test: 20], folder: folder.path("t")
        ).write { split, row in
            var random = RandomSource(seed: 3, purpose: "\(split)/\(row)")
            let (x, y) = (random.normal(), random.normal())
            // Noise that is the same for all training rows with about the same first field.
            var noise = RandomSource(seed: 4, purpose: "\(split)/\(Int(4 * x))")
            return Sample(
                inputs: ["table": [Float(x), Float(y)]],
                targets: [
                    "bent": [abs(x)], "straight": [x + 0.5 * random.normal()], "copied": [x + noise.normal()],
                ])
        }
    }

    private func suite(_ target: String, _ overrides: [String]) throws -> Multimodal.Suite {
        try Multimodal.Suite(
            yaml: """
                {name: s, datasets: {t: {path: t}}, tasks: {y: {dataset: t, target: \(target)}},
                 model: {latents: 2, width: 8, head_width: 4}, training: {epochs: 1}}
                """, overrides: overrides)
    }

    /// Trains for an epoch and returns the R² of the summary path alone, on the validation split.
    private func start(_ target: String, _ overrides: String...) throws -> Double {
        let run = RunDirectory(folder.path("run-\(target)-\(overrides.count)"))
        let opened = try OpenedSuite(suite(target, overrides), dataRoot: folder.path)
        _ = try StageRun(.first, of: opened, run: run, device: .cpu).train()
        let first = try #require(MetricsLog(path: run.metricsPath).records(stage: .first).first { $0.epoch == 0 })
        return try #require(first.validation["y"]?.metrics["r2"])
    }

    @Test func aLinearMapFollowsABentLine() throws {
        #expect(try start("bent") > 0.9)
        #expect(try start("bent", "training.summary=linear") < 0.1)
    }

    /// Features that explain nothing on held-out rows are not used.
    @Test func aStraightLineStaysOne() throws {
        let additive = try start("straight")
        let linear = try start("straight", "training.summary=linear")
        #expect(additive > linear - 0.02)
    }

    /// Folds of training rows that resemble each other favour many features, validation rows do
    /// not.
    @Test func rowsThatResembleEachOtherDoNotDecideAlone() throws {
        #expect(try start("copied") == start("copied", "training.summary=linear"))
    }

    @Test func theNumberOfIntervalsFollowsFromTheRows() throws {
        func pieces(_ summary: SummaryPathKind) throws -> SummaryShape.Pieces? {
            var suite = try suite("bent", [])
            suite.training.summary = summary
            let tasks = try suite.open(dataRoot: folder.path)
            let shapes = SummaryShapes.added(to: suite.taskShapes(of: tasks), of: tasks, suite.training)
            return shapes[0].modalities[0].summary?.pieces
        }
        #expect(try pieces(.additive) == SummaryShape.Pieces(statistics: 2, intervals: 12))
        #expect(try pieces(.linear) == nil)
    }
}
