import Foundation
import Heterogeneity
import HighMMT
import Method
import Multimodal
import Testing
import Training

@testable import Studies

@Suite("Ablation of the method")
struct AblationTests {
    private static let streams = ["kind/card", "kind/walk", "other/card", "other/walk", "size/walk"]
    private static let pairs = ["kind/card+walk", "other/card+walk"]

    private func matrix(_ names: [String]) throws -> HeterogeneityMatrix {
        var values = SquareMatrix(count: names.count, repeating: 0.0)
        for pair in EntryPair.all(of: names.count) {
            let distance = Double(1 + pair.first + 2 * pair.second)
            (values[pair.first, pair.second], values[pair.second, pair.first]) = (distance, distance)
        }
        return try HeterogeneityMatrix(names: names, values: values)
    }

    private func study(_ growing: GrowingSuite, _ training: StudyTraining) throws -> AblationStudy {
        var suite = growing.suite
        suite.training.stage2.epochs = 1
        // An error metric comes first, so that less is better.
        suite.tasks["size"]?.metrics = [.rmse, .r2]
        return AblationStudy(
            suite, seeds: 2,
            grouping: HeterogeneityGrouping(
                MeasuredMatrices(modalities: try matrix(Self.streams), interactions: try matrix(Self.pairs)),
                encoderGroups: 2, crossmodalGroups: 2), training: training)
    }

    @Test("every arm has the scores of its runs, and their difference to the full method")
    func scores() throws {
        let growing = try GrowingSuite()
        let training = growing.training("ablation")
        let result = try study(growing, training).run()
        #expect(result.arms.map(\.arm) == AblationArm.allCases && result.groups == [2, 2] && result.split == .test)
        func runs(_ arm: AblationArm) throws -> [RunResult] {
            try [2, 3].map { seed in
                let run = RunDirectory("\(training.folder)/\(arm.rawValue)-seed-\(seed)")
                return try #require(run.result(of: arm == .withoutStage1 ? .first : .second), "\(run.path)")
            }
        }
        let full = try runs(.full)
        for arm in result.arms {
            let own = try runs(arm.arm)
            #expect(own.allSatisfy { $0.parameters == arm.parameters }, "\(arm.arm)")
            #expect(try arm.score?.score.values == own.map { try #require($0.score) }, "\(arm.arm)")
            let changes = try zip(own, full).map { try #require($0.score) - #require($1.score) }
            #expect(arm.arm == .full ? arm.score?.change == nil : isNear(arm.score?.change?.difference, changes))
            let size = try #require(arm.tasks["size"])
            let errors = try zip(own, full).map { own, full in
                try #require(full.tasks["size"]?.scores.metrics["rmse"])
                    - #require(own.tasks["size"]?.scores.metrics["rmse"])
            }
            #expect(size.metric == .rmse && (arm.arm == .full || isNear(size.change?.difference, errors)))
        }
        // 11 arms with the suite score and three tasks.
        let lines = try growing.lines("ablation/ablation.csv")
        #expect(lines.count == 1 + 11 * 4 && lines[1].hasPrefix("full,") && lines[1].hasSuffix(",,,"))
    }

    private func isNear(_ value: Double?, _ differences: [Double]) -> Bool {
        value.map { abs($0 - differences.reduce(0, +) / Double(differences.count)) < 1e-12 } ?? false
    }

    @Test("every arm has the model that its name says")
    func models() throws {
        let growing = try GrowingSuite(recipe: .robust)
        let training = growing.training("ablation")
        let result = try study(growing, training).run()
        func record(_ arm: AblationArm, seed: Int = 2) throws -> ModelRecord {
            try RunDirectory("\(training.folder)/\(arm.rawValue)-seed-\(seed)")
                .record(of: arm == .withoutStage1 ? .first : .second)
        }
        func groups(_ arm: AblationArm) throws -> [Int] {
            let sharing = try record(arm).sharing
            return [Set(sharing.encoders.values).count, Set(sharing.crossmodal.values).count]
        }
        #expect(try record(.withoutEmbeddings).configuration.identity == .none)
        #expect(try record(.withoutEncoders).configuration.depth == 0)
        #expect(try record(.withoutCrossmodal).configuration.crossmodalDepth == 0)
        let full = try record(.full)
        #expect(full.configuration.depth == 1 && full.configuration.crossmodalDepth == 1)
        #expect(full.configuration.identity == .learned(width: 3))
        #expect(try groups(.full) == [2, 2] && groups(.shareAll) == [1, 1] && groups(.shareNone) == [5, 2])
        #expect(try groups(.shareUnimodal) == [1, 2] && groups(.shareCrossmodal) == [5, 1])
        #expect(try groups(.randomGroups) == [2, 2] && groups(.featureGroups) == [2, 2])
        #expect(try record(.withoutStage1).sharing == full.sharing && record(.withoutStage1).origin == nil)
        #expect(full.origin != nil)
        // Groups do not change the recipe of an arm.
        let clips = try AblationArm.allCases.map {
            try Multimodal.Suite(ofRun: "\(training.folder)/\($0.rawValue)-seed-2/suite.yaml").training.clip
        }
        #expect(Set(clips) == [1])
        // Other seeds have other random groups.
        #expect(try record(.randomGroups).sharing != record(.randomGroups, seed: 3).sharing)
        // Without stage 1, all epochs are one training.
        let log = try growing.lines("ablation/without-stage1-seed-2/metrics.jsonl")
        #expect(log.contains { $0.contains("\"epoch\":2") } && !log.contains { $0.contains("\"epoch\":3") })
        // One stage 1 for every model and seed.
        let names = try FileManager.default.contentsOfDirectory(atPath: training.folder)
            .filter { $0.hasPrefix("stage1") && $0.hasSuffix("-2") }.sorted()
        #expect(
            names == [
                "stage1-seed-2", "stage1-without-crossmodal-seed-2", "stage1-without-embeddings-seed-2",
                "stage1-without-encoders-seed-2",
            ])
        // Sizes: what is left out is missing from the count.
        func parameters(_ arm: AblationArm) throws -> Int {
            try #require(result.arms.first { $0.arm == arm }).parameters
        }
        let model = try #require(
            try RunDirectory("\(training.folder)/full-seed-2").bestModel(of: .second, device: .cpu).model
                as? HighMMTModel)
        func count(_ prefix: String) throws -> Int {
            try model.parameters.paths.filter { $0.hasPrefix(prefix) }
                .reduce(0) { try $0 + model.parameters.count(of: $1) }
        }
        #expect(try parameters(.withoutCrossmodal) == parameters(.full) - count("crossmodal."))
        #expect(try parameters(.shareAll) == parameters(.full) - (count("encoder.") + count("crossmodal.")) / 2)
        #expect(try parameters(.shareUnimodal) == parameters(.full) - count("encoder.") / 2)
        #expect(try parameters(.withoutEncoders) < parameters(.withoutEmbeddings))
    }

    @Test("a finished study is not trained again, and a stopped one continues")
    func continues() throws {
        let growing = try GrowingSuite()
        var training = growing.training("ablation")
        var steps = 40
        training.shouldStop = {
            steps -= 1
            return steps < 0
        }
        #expect(throws: Interruption.self) { try study(growing, training).run() }
        training.shouldStop = { false }
        let first = try study(growing, training).run()
        training.shouldStop = {
            Issue.record("expected nothing to train")
            return true
        }
        #expect(try study(growing, training).run().table == first.table)
    }

    @Test("other methods have no such parts")
    func methods() throws {
        let growing = try GrowingSuite()
        var study = try study(growing, growing.training("ablation"))
        study.suite.model.method = .lateFusion
        #expect { try study.run() } throws: {
            "\($0)".contains("model.method: late-fusion, which has no groups; expected highmmt")
        }
    }
}
