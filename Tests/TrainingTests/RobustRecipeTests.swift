import Foundation
import Multimodal
import Numerics
import TestSupport
import Testing
import Torch

@testable import Training

/// Training with `recipe: robust`.
@Suite struct RobustRecipeTests {
    private let quick = ["training.recipe=robust", "training.weight_decay=0.05", "training.learning_rate=0.003"]

    @Test(arguments: LossBalance.allCases)
    func aStoppedRunContinuesToTheSameBytes(balance: LossBalance) throws {
        let synthetic = try SyntheticSuite()
        let overrides = quick + ["training.balance=\(balance.rawValue)"]
        try synthetic.train("once", overrides)
        try synthetic.train("stopped", overrides, stoppingAfter: [2, 4, 3])
        try expectSame(synthetic.files("once"), synthetic.files("stopped"))
        let records = try MetricsLog(path: synthetic.directory("once").metricsPath).records()
        #expect(records.count { $0.epoch == 0 } == 1)
        // The factors of the losses are part of what a checkpoint restores.
        #expect(records.count { $0.lossFactors != nil } == (balance == .generalisation ? records.count - 2 : 0))
    }

    /// Nothing that is kept is worse on the validation split than what it started from.
    @Test func stage2IsNeverWorseThanStage1() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        // A learning rate that destroys whatever was learned.
        let overrides = quick + ["training.stage2.learning_rate=1", "training.stage2.epochs=2"]
        try synthetic.train("run", overrides)
        let suite = try synthetic.suite(overrides)
        let second = try StageRun(
            .second(StageGroups(sharing: .init(encoders: ["gait/walk": 1], crossmodal: [:]))),
            of: OpenedSuite(suite, dataRoot: synthetic.dataRoot), run: synthetic.directory("run"), device: .cpu)
        _ = try second.train()
        func best(_ stage: TrainingStage) throws -> Double {
            let state = try #require(try synthetic.directory("run").checkpoints(stage: stage).latest()).state
            return try #require(state.bestScore)
        }
        #expect(try best(.second) >= best(.first) - 1e-9)
    }

    /// The gain of a task in stage 1 still counts in stage 2.
    @Test func stage2RemembersTheStartOfStage1() throws {
        let synthetic = try SyntheticSuite()
        let overrides = quick + ["training.balance=generalisation", "training.stage2.epochs=2"]
        try synthetic.train("run", overrides)
        let run = synthetic.directory("run")
        let second = try StageRun(
            .second(StageGroups(sharing: .init(encoders: ["gait/walk": 1], crossmodal: [:]))),
            of: OpenedSuite(synthetic.suite(overrides), dataRoot: synthetic.dataRoot), run: run, device: .cpu)
        _ = try second.train()
        let losses = try [TrainingStage.first, .second].map { stage in
            try #require(try run.checkpoints(stage: stage).latest()).state.startLosses
        }
        #expect(losses[0]?.keys.sorted() == ["gait", "size"] && losses[1] == losses[0])
    }

    /// A sample is predicted from its stored numbers as it is scored.
    @Test func predictionsEncodeAsTrainingDoes() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", quick)
        let run = synthetic.directory("run")
        var right = 0
        var count = 0
        let labels = try SafetensorsFile(path: "\(synthetic.dataRoot)/gaits/test.safetensors")
            .tensor(named: "target/kind").integers()
        try Predictor(run, task: "gait", device: .cpu).predict(
            file: "\(synthetic.dataRoot)/gaits/test.safetensors", batch: 3
        ) { prediction in
            right += prediction.prediction == ["slow", "fast", "lame"][Int(labels[prediction.row])] ? 1 : 0
            count += 1
        }
        let accuracy = try #require(run.result(of: .first)?.tasks["gait"]?.scores.metrics["accuracy"])
        #expect(count == labels.count && abs(Double(right) / Double(count) - accuracy) < 1e-9)
    }

    /// Three tables of numbers between 0 and 1, few rows, and a noisy linear rule. The published
    /// recipe learns nothing from such data.
    @Test func theRecipeReachesTheScoreOfARidgeRegressionOnTables() throws {
        let folder = try TemporaryFolder()
        let table = ModalityDescription(kind: .table, axes: [20], channels: 1)
        let description = DatasetDescription(
            name: "t", modalities: ["a": table, "b": table, "c": table],
            targets: ["kind": .classification(["calm", "busy"])])
        var random = RandomSource(seed: 7)
        let rule = (0..<60).map { _ in random.normal() }
        var rows: [[Float]] = []
        var labels: [Float] = []
        for _ in 0..<700 {
            let factors = (0..<4).map { _ in random.normal() }
            let row = (0..<60).map { 1 / (1 + exp(-(factors[$0 % 4] + random.normal()))) }
            let side = zip(row, rule).reduce(0) { $0 + ($1.0 - 0.5) * $1.1 }
            rows.append(row.map { Float($0) })
            labels.append(side + 0.8 * random.normal() > 0 ? 1 : 0)
        }
        let start: [Split: Int] = [.train: 0, .valid: 240, .test: 300]
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 240, .valid: 60, .test: 400], folder: folder.path("t")
        ).write { split, row in
            let own = rows[(start[split] ?? 0) + row]
            return Sample(
                inputs: ["a": Array(own[0..<20]), "b": Array(own[20..<40]), "c": Array(own[40...])],
                targets: ["kind": [Double(labels[(start[split] ?? 0) + row])]])
        }
        // Only the size of the model and the number of epochs are given; the recipe sets the rest.
        let suite = try Multimodal.Suite(
            yaml: """
                {name: s, datasets: {t: {path: t}}, tasks: {kind: {dataset: t, target: kind}},
                 model: {latents: 4, width: 16, head_width: 8}, training: {recipe: robust, epochs: 4}}
                """, file: folder.path("suite.yaml"))
        let run = try StageRun(
            of: OpenedSuite(suite, dataRoot: folder.path), run: RunDirectory(folder.path("run")), device: .cpu)
        _ = try run.train()
        let accuracy = try #require(try run.evaluate(on: .test).tasks["kind"]?.scores.metrics["accuracy"])
        let ridge = try ridgeAccuracy(rows, labels)
        #expect(ridge > 0.7 && accuracy > ridge - 0.03, "\(accuracy), ridge \(ridge)")
    }

    private func ridgeAccuracy(_ rows: [[Float]], _ labels: [Float]) throws -> Double {
        let all = try Tensor(rows.flatMap { $0 }, shape: [700, 60]).to(dtype: .float64)
        let train = try all.narrowed(axis: 0, start: 0, length: 240)
        let mean = try train.mean(axes: [0], keepingAxes: true)
        let targets = try Tensor(labels.map { $0 * 2 - 1 }, shape: [700, 1]).to(dtype: .float64)
        let fit = try #require(
            try LinearOutputs.fits(
                (train - mean) * 4, targets.narrowed(axis: 0, start: 0, length: 240), kind: .regression,
                penalties: [0.3], in: PrincipalBasis((train - mean) * 4)
            ).first)
        let said = try fit.outputs((all - mean) * 4).floats()
        return Double((300..<700).count { (said[$0] > 0) == (labels[$0] > 0.5) }) / 400
    }

    /// Targets of a scale far from one are learned as others are.
    @Test(arguments: [1e-7, 1e7])
    func targetsOfAnyScaleAreStandardised(scale: Double) throws {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "t", modalities: ["x": ModalityDescription(kind: .table, axes: [3], channels: 1)],
            targets: ["y": .regression()])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 80, .valid: 40, .test: 40], folder: folder.path("t")
        ).write { split, row in
            var random = RandomSource(seed: 1, purpose: "\(split)/\(row)")
            let x = (0..<3).map { _ in random.normal() }
            return Sample(
                inputs: ["x": x.map { Float($0 * 1e5) }],
                targets: ["y": [scale * (5 + x[0] - x[1] + 0.1 * random.normal())]])
        }
        let suite = try Multimodal.Suite(
            yaml: """
                {name: s, datasets: {t: {path: t}}, tasks: {y: {dataset: t, target: y}},
                 model: {latents: 3, width: 8, head_width: 4}, training: {recipe: robust, epochs: 2}}
                """, file: folder.path("suite.yaml"))
        let run = try StageRun(
            of: OpenedSuite(suite, dataRoot: folder.path), run: RunDirectory(folder.path("run")), device: .cpu)
        _ = try run.train()
        let r2 = try #require(try run.evaluate(on: .test).tasks["y"]?.scores.metrics["r2"])
        #expect(r2 > 0.9)
    }
}
