import Foundation
import HighMMT
import Multimodal
import Numerics
import Testing
import Torch

@testable import Training

/// Training and evaluation with missing modalities.
@Suite struct MissingModalityTests {
    private let dropout = ["training.modality_dropout=0.4"]

    private func hasPlaceholder(_ synthetic: SyntheticSuite, _ run: String) throws -> Bool {
        try SafetensorsFile(path: synthetic.directory(run).checkpoints(stage: .first).bestPath)
            .entries["head.gait.placeholder"] != nil
    }

    /// Stops within an epoch, after one, and within the next. The final bytes are those of an
    /// uninterrupted run.
    @Test(arguments: [false, true])
    func aStoppedRunDropsTheSame(hasGaps: Bool) throws {
        let synthetic = try SyntheticSuite(hasGaps: hasGaps)
        try synthetic.train("once", dropout)
        try synthetic.train("stopped", dropout, stoppingAfter: [2, 4, 3])
        try expectSame(synthetic.files("once"), synthetic.files("stopped"))
        #expect(try hasPlaceholder(synthetic, "once"))
    }

    /// Modality dropout changes the training. With a probability of 0, for the suite or for the
    /// task, the training is the same as without it.
    @Test func theShareDecides() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("plain")
        try synthetic.train("dropped", dropout)
        try synthetic.train("zero", ["training.modality_dropout=0"])
        try synthetic.train("spared", dropout + ["tasks.gait.modality_dropout=0"])
        try synthetic.train("own", ["tasks.gait.modality_dropout=0.4"])
        let plain = try synthetic.files("plain")
        try expectSame(plain, synthetic.files("zero"))
        #expect(try differences(plain, synthetic.files("spared")) == ["suite.yaml"])
        #expect(try differences(synthetic.files("dropped"), synthetic.files("own")) == ["suite.yaml"])
        #expect(try !hasPlaceholder(synthetic, "plain"))
        let first = try #require(plain["metrics.jsonl"])
        #expect(try synthetic.files("dropped")["metrics.jsonl"] != first)
        #expect(throws: ConfigurationError.self) { try synthetic.suite(["training.modality_dropout=1"]) }
        #expect(throws: ConfigurationError.self) { try synthetic.suite(["tasks.gait.modality_dropout=-0.1"]) }
    }

    /// Stage 2 also drops modalities, and starts from the placeholders of stage 1.
    @Test func stage2DropsThemToo() throws {
        let synthetic = try SyntheticSuite()
        let overrides = dropout + ["training.epochs=1", "training.stage2.epochs=1"]
        try synthetic.train("run", overrides)
        let groups = StageGroups(sharing: Sharing(encoders: ["gait/walk": 1], crossmodal: [:]))
        let second = try StageRun(
            .second(groups), of: OpenedSuite(synthetic.suite(overrides), dataRoot: synthetic.dataRoot),
            run: synthetic.directory("run"), device: .cpu)
        _ = try second.train()
        let result = try second.evaluate(
            on: .test, stage: .second, conditions: InputConditions(without: ["gait/card"]))
        #expect(result.tasks["gait"]?.scores.samples == 7)
    }

    @Test func aModalityCanBeLeftOut() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", dropout)
        let run = try synthetic.run("run", dropout)
        let whole = try run.evaluate(on: .test)
        let before = try synthetic.files("run")
        let without = try run.evaluate(on: .test, conditions: InputConditions(without: ["gait/walk"]))
        #expect(without.tasks["size"] == whole.tasks["size"] && without.tasks["gait"]?.scores.samples == 7)
        #expect(without.tasks["gait"]?.scores.loss != whole.tasks["gait"]?.scores.loss)
        #expect(without.leftOut == nil && without.conditions?.without == ["gait/walk"])
        // Scores under conditions are not saved as the result of the run.
        try expectSame(before, synthetic.files("run"))
        // A task without its only modality is left out, and the suite score covers the other tasks.
        let alone = try run.evaluate(on: .test, conditions: InputConditions(without: ["size/picture"]))
        #expect(alone.leftOut == ["size"] && alone.tasks.keys.sorted() == ["gait"])
        #expect(alone.score == whole.tasks["gait"].flatMap(SuiteScore.share))
        let nothing = InputConditions(without: ["gait/card", "gait/walk", "size/picture"])
        #expect { try run.evaluate(on: .test, conditions: nothing) } throws: {
            "\($0)".contains("no task has a modality left")
        }
    }

    /// A prediction from an untrained placeholder would be wrong, so it is refused.
    @Test func whatWasNotLearnedIsSaid() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run")
        let run = try synthetic.run("run")
        for conditions in [
            InputConditions(without: ["gait/card"]),
            InputConditions(corruptions: [Corruption(.droppedModalities, severity: 0.5)]),
        ] {
            #expect { try run.evaluate(on: .test, conditions: conditions) } throws: {
                "\($0)".contains("gait/card") && "\($0)".contains("training.modality_dropout")
            }
        }
        #expect { try run.modalityCosts(on: .test) } throws: { "\($0)".contains("training.modality_dropout") }
        // A task with a single modality never loses it at random.
        let limited = InputConditions(corruptions: [Corruption(.droppedModalities, severity: 1, place: "picture")])
        #expect(try run.evaluate(on: .test, conditions: limited).tasks == run.evaluate(on: .test).tasks)
        let curves = try run.robustness(on: .test)
        let dropped = try #require(curves.curves.first { $0.kind == .droppedModalities })
        #expect(dropped.untouched == ["gait"])
        #expect(Set(dropped.tasks["gait"] ?? []).count == 1)
    }

    /// The card is missing in some samples, so its placeholder is trained. The walk is never
    /// missing, so its placeholder is not.
    @Test func gapsInTheDataTeachWhatTheyAre() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        try synthetic.train("run")
        let run = try synthetic.run("run")
        _ = try run.evaluate(on: .test, conditions: InputConditions(without: ["gait/card"]))
        #expect { try run.evaluate(on: .test, conditions: InputConditions(without: ["gait/walk"])) } throws: {
            "\($0)".contains("gait/walk")
        }
        let rows = try run.modalityCosts(on: .test).rows
        #expect(rows.map { "\($0.task)/\($0.modality)" } == ["gait/card", "gait/walk", "size/picture"])
        #expect(rows.map(\.isIndispensable) == [false, true, false])
        #expect(rows[0].without != nil && rows[0].only == nil && rows[1].without == nil && rows[1].only != nil)
    }

    /// Predictions follow the same rule. Without the walk in all samples, or in one of them, the
    /// file is refused before the first prediction.
    @Test func predictionsDoWithoutWhatWasLearned() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        try synthetic.train("run", ["training.epochs=1"])
        let predictor = try Predictor(synthetic.directory("run"), task: "gait", device: .cpu)
        var random = RandomSource(seed: 3)
        let walk = try random.normalTensor([4, 5, 2])
        let card = try random.normalTensor([4, 3, 1])
        func predicted(_ tensors: [String: Tensor]) throws -> Int {
            let path = synthetic.folder.path("samples.safetensors")
            try SafetensorsWriter.write(tensors, to: path)
            var count = 0
            do { try predictor.predict(file: path, batch: 1) { _ in count += 1 } } catch {
                #expect("\(error)".contains("gait/walk") && count == 0)
                return 0
            }
            return count
        }
        #expect(try predicted(["walk": walk]) == 4)
        #expect(try predicted(["card": card]) == 0)
        let present = try Tensor([true, true, true, false], shape: [4])
        #expect(try predicted(["walk": walk, "card": card, "present/walk": present]) == 0)
        #expect(try predicted(["walk": walk, "card": card, "present/card": present]) == 4)
    }

    /// Tensors that would be ignored, and samples without an answer, are refused before the first
    /// prediction.
    @Test func predictionsRefuseWhatTheyWouldIgnore() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        try synthetic.train("run", ["training.epochs=1"])
        let predictor = try Predictor(synthetic.directory("run"), task: "gait", device: .cpu)
        var random = RandomSource(seed: 3)
        let walk = try random.normalTensor([4, 5, 2])
        let card = try random.normalTensor([4, 3, 1])
        let flags = try Tensor([true, true, true, false], shape: [4])
        let path = synthetic.folder.path("samples.safetensors")
        var remarks: [String] = []
        func predictions(_ tensors: [String: Tensor]) throws -> [[Double]?] {
            try SafetensorsWriter.write(tensors, to: path)
            var result: [[Double]?] = []
            remarks = []
            try predictor.predict(file: path, batch: 3) {
                remarks.append($0)
            } _: {
                result.append($0.values ?? $0.probabilities?.sorted { $0.key < $1.key }.map(\.value))
            }
            return result
        }
        func refusal(_ tensors: [String: Tensor]) -> String {
            do { return "\(try predictions(tensors).count) predictions" } catch { return "\(error)" }
        }
        let both = ["walk": walk, "card": card]
        func with(_ name: String, _ tensor: Tensor) -> [String: Tensor] { both.merging([name: tensor]) { $1 } }
        #expect(refusal(with("present/crad", flags)).contains("'present/crad': belongs to no modality, did you mean"))
        #expect(
            refusal(with("masks/walk", flags)).contains(
                "'masks/walk': belongs to no modality, did you mean 'mask/walk'?"))
        #expect(refusal(["walk": walk, "crad": card]).contains("'card': missing; there is 'crad'"))
        let none = [
            "walk": try walk.narrowed(axis: 0, start: 0, length: 0),
            "card": try card.narrowed(axis: 0, start: 0, length: 0),
        ]
        let noFlags = try flags.narrowed(axis: 0, start: 0, length: 0)
        #expect(refusal(none).contains("has no samples; expected at least one"))
        #expect(refusal(none.merging(["present/card": noFlags]) { $1 }).contains("has no samples"))
        let nothing = try Tensor(
            [Float](repeating: 1, count: 10) + [Float](repeating: 0, count: 5)
                + [Float](repeating: 1, count: 5), shape: [4, 5]
        ).to(dtype: .bool)
        #expect(refusal(with("mask/walk", nothing)).contains("'mask/walk': sample 2 has no valid token"))
        #expect(refusal(with("present/card", flags)) == "4 predictions")
        // Other modalities and targets of a dataset's file are no mistakes.
        #expect(
            refusal(both.merging(["other": card, "mask/other": flags, "target/kind": flags]) { $1 }) == "4 predictions")

        let single = try predictions(both)
        #expect(remarks.isEmpty)
        let double = try predictions(["walk": walk.to(dtype: .float64), "card": card.reshaped([4, 3])])
        #expect(double == single && remarks == ["\(path): tensors 1 converted while reading: walk F64 as F32"])
    }

    /// Every fifth sample has only the walk. Without it such samples have no modality, even where
    /// they fill a batch.
    @Test func samplesThatAreLeftNothingAreScored() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        try synthetic.train("run", dropout)
        let run = try synthetic.run("run", dropout)
        let best = try synthetic.directory("run").bestModel(device: .cpu).model
        let gait = try #require(run.tasks.first { $0.name == "gait" })
        let objectives = [gait.name: try TaskObjective(gait)]
        let evaluator = Evaluator(best, tasks: [gait], objectives: objectives)
        let conditions = InputConditions(without: ["gait/walk"])
        let all = try #require(try evaluator.predictions(on: .test, conditions: conditions)["gait"]).predictions
        #expect(all.outputs.count == 7 && all.outputs.allSatisfy { $0.allSatisfy(\.isFinite) })
        // Rows 0 and 5 lack the card, so both get the output of a sample without any modality.
        #expect(zip(all.outputs[0], all.outputs[5]).allSatisfy { abs($0 - $1) < 1e-5 })
        let nothing = try evaluator.predictions(
            on: .test, conditions: InputConditions(without: ["gait/card", "gait/walk"]))
        for outputs in try #require(nothing["gait"]).predictions.outputs {
            #expect(zip(outputs, all.outputs[0]).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func costsAreDifferencesOfScores() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", dropout + ["training.epochs=6"])
        let run = try synthetic.run("run", dropout + ["training.epochs=6"])
        let whole = try run.evaluate(on: .valid)
        let costs = try run.modalityCosts(on: .valid)
        #expect(costs.rows.map(\.modality) == ["card", "walk", "picture"])
        for row in costs.rows {
            #expect(row.all == whole.tasks[row.task]?.scores.metrics[row.metric.rawValue])
            #expect(row.chance == whole.tasks[row.task]?.chance[row.metric.rawValue])
            #expect(try #require(row.cost) == #require(row.all) - #require(row.without))
        }
        let without = try run.evaluate(on: .valid, conditions: InputConditions(without: ["gait/card"]))
        #expect(costs.rows[0].without == without.tasks["gait"]?.scores.metrics["accuracy"])
        // Of two modalities, one alone is the same as without the other.
        #expect(costs.rows[0].only == costs.rows[1].without && costs.rows[1].only == costs.rows[0].without)
        #expect(costs.rows.map(\.isOnlyModality) == [false, false, true])
        #expect(costs.rows[2].without == costs.rows[2].chance && costs.rows[2].only == costs.rows[2].all)
    }

    @Test func curvesStartAtTheScoresAndRepeat() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", dropout)
        let run = try synthetic.run("run", dropout)
        let whole = try run.evaluate(on: .valid)
        let curves = try run.robustness(on: .valid)
        #expect(curves.curves.map(\.kind) == CorruptionKind.allCases && curves.severities == [0, 0.25, 0.5, 0.75, 1])
        for curve in curves.curves {
            #expect(curve.score.count == 5 && curve.score[0] == whole.score && curve.untouched == nil)
            #expect(curve.tasks["gait"]?[0] == whole.tasks["gait"]?.scores.metrics["accuracy"])
            let conditions = InputConditions(corruptions: [Corruption(curve.kind, severity: 0.75)], seed: 5)
            let single = try run.evaluate(on: .valid, conditions: conditions)
            #expect(single.score == curve.score[3])
            let none = InputConditions(corruptions: [Corruption(curve.kind, severity: 0)], seed: 5)
            #expect(try run.evaluate(on: .valid, conditions: none) == whole)
        }
        #expect(try run.robustness(on: .valid) == curves)
        // A picture of pure noise has no information about the size.
        let pepper = try #require(curves.curves.first { $0.kind == .saltAndPepper }?.tasks["size"])
        #expect(pepper[4] != pepper[0])
    }
}
