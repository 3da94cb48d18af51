import Foundation
import Heterogeneity
import HighMMT
import Multimodal
import Testing
import Training

@testable import Studies

@Suite("Comparison of ways of sharing")
struct SharingStudyTests {
    private func study(_ overlap: OverlapSuite) throws -> SharingStudy {
        let names = ["anchor", "overlap-0", "overlap-1", "overlap-2"].map { "class/\($0)" }
        var transfers = SquareMatrix<Double?>(count: 4, repeating: nil)
        for pair in EntryPair.all(of: 4) {
            transfers[pair.first, pair.second] = Double(1 + pair.first + 2 * pair.second)
            transfers[pair.second, pair.first] = -0.5
        }
        return SharingStudy(
            overlap.suite, randomGroupings: 2, seeds: 2,
            grouping: HeterogeneityGrouping(
                MeasuredMatrices(
                    modalities: try HeterogeneityMatrix(names: names, transfers: transfers, units: .normalised),
                    interactions: nil), encoderGroups: 2, crossmodalGroups: 1),
            training: StudyTraining(dataRoot: overlap.folder.path, folder: "\(overlap.folder.path)/study"))
    }

    /// Returns the study with an error for every step of training.
    private func withoutTraining(_ study: SharingStudy) -> SharingStudy {
        var own = study
        own.training.shouldStop = {
            Issue.record("expected nothing to train")
            return true
        }
        return own
    }

    @Test("each arm has the scores of its runs, and the width with the closest number of parameters")
    func budget() throws {
        let overlap = try OverlapSuite()
        let result = try study(overlap).run()
        let ours = try #require(result.arms.first { $0.arm == .heterogeneity })
        #expect(result.arms.map(\.arm).contains(.none))
        #expect(result.groupingSpread != nil && result.prediction == nil, "three groupings are too few")
        #expect(result.groupings.map(\.name) == ["heterogeneity", "random-1", "random-2"])
        #expect(result.groupings.map { $0.encoders.map(\.count).sorted() }.allSatisfy { $0 == [1, 3] })
        #expect(result.groupings[0].scores == ours.scores)
        // d is 1 + i + 2j for i < j, 38 in total. Average linkage leaves the last entry alone.
        #expect(abs(result.groupings[0].heterogeneity - 14.0 / 38) < 1e-12)
        // Scores and parameters are those that the arm's runs stored.
        for arm in result.arms {
            let names = arm.arm == .random ? ["random-1", "random-2"] : [arm.arm.rawValue]
            #expect(arm.scores.count == 2)
            for (seed, score) in arm.scores.enumerated() {
                let runs = try names.map { name in
                    let folder = "\(overlap.folder.path)/study/\(name)-seed-\(overlap.suite.seed + UInt64(seed))"
                    return try #require(RunDirectory(folder).result(of: .second), "\(folder)")
                }
                #expect(runs.allSatisfy { $0.parameters == arm.parameters }, "\(arm.arm)")
                let stored = try runs.map { try #require($0.score) }.reduce(0, +) / Double(runs.count)
                #expect(abs(score - stored) < 1e-12, "\(arm.arm)")
            }
            #expect(abs(arm.mean - (arm.scores[0] + arm.scores[1]) / 2) < 1e-12)
        }
        // No other width brings sharing all or nothing closer to the number of parameters.
        let all = try #require(result.arms.first { $0.arm == .all })
        let none = try #require(result.arms.first { $0.arm == .none })
        #expect(all.width > ours.width && none.width < ours.width)
        let tasks = overlap.suite.taskShapes(of: try overlap.suite.open(dataRoot: overlap.folder.path))
        for (arm, sharing) in [(all, Sharing.all), (none, Sharing.none(tasks))] {
            func parameters(_ width: Int) throws -> Int {
                var suite = overlap.suite
                suite.model.scale(toWidth: width)
                return try HighMMTModel(suite.modelConfiguration(for: tasks), tasks: tasks, sharing: sharing)
                    .parameters.count
            }
            #expect(try parameters(arm.width) == arm.parameters)
            let gap = abs(arm.parameters - ours.parameters)
            for width in stride(from: 4, through: 64, by: 4) {
                #expect(try abs(parameters(width) - ours.parameters) >= gap, "\(arm.arm), width \(width)")
            }
        }
    }

    @Test("a repeated study gives the same scores without training")
    func continues() throws {
        let overlap = try OverlapSuite()
        let first = try study(overlap).run()
        let again = try withoutTraining(study(overlap)).run()
        #expect(first.arms.map(\.scores) == again.arms.map(\.scores))
    }

    @Test("validation scores leave the test splits unread")
    func validation() throws {
        let overlap = try OverlapSuite()
        var study = try study(overlap)
        study.training.usesTest = false
        (study.arms, study.seeds, study.randomGroupings) = ([.random], 1, 1)
        let result = try study.run()
        #expect(result.split == .valid && result.arms.allSatisfy { $0.scores.count == 1 })
        let runs = ["stage1-width-\(overlap.suite.model.width)", "heterogeneity", "random-1"]
            .map { RunDirectory("\(study.training.folder)/\($0)-seed-\(overlap.suite.seed)") }
        #expect(runs.allSatisfy { $0.exists && $0.result(of: .second) == nil && $0.result(of: .first) == nil })
    }

    @Test("with groups from the start, every arm is a training of its own suite")
    func fromTheStart() throws {
        let overlap = try OverlapSuite()
        var study = try study(overlap)
        study.groupsFromStart = true
        #expect(throws: SharingStudy.NoFeatures.self) { _ = try study.run() }
        (study.arms, study.seeds) = ([.all, .random], 1)
        let result = try study.run()
        #expect(result.groupsFromStart == true)
        #expect(Set(result.arms.map(\.arm)) == [.all, .random, .heterogeneity])
        for (name, groups) in [("all", 0), ("random-1", 2), ("random-2", 2), ("heterogeneity", 2)] {
            let run = RunDirectory("\(study.training.folder)/\(name)-seed-\(overlap.suite.seed)")
            #expect(run.result(of: .first) != nil && run.result(of: .second) == nil)
            let own = try Suite(ofRun: run.suitePath)
            #expect(Set((own.model.groups?.encoders ?? [:]).values).count == groups, "\(name)")
        }
        let again = try withoutTraining(study).run()
        #expect(result.arms.map(\.scores) == again.arms.map(\.scores))
    }

    @Test("groups from the start do not change the recipe")
    func equalRecipes() throws {
        let growing = try GrowingSuite(recipe: .robust)
        var distances = SquareMatrix(count: 5, repeating: 1.0)
        for index in 0..<5 { distances[index, index] = 0 }
        let names = ["kind/card", "kind/walk", "other/card", "other/walk", "size/walk"]
        let matrices = MeasuredMatrices(
            modalities: try HeterogeneityMatrix(names: names, values: distances),
            interactions: try HeterogeneityMatrix(
                names: ["kind/card+walk", "other/card+walk"], values: SquareMatrix(rows: [[0, 1], [1, 0]])))
        let training = growing.training("study", usesTest: false)
        _ = try SharingStudy(
            growing.suite, arms: [.all], seeds: 1,
            grouping: HeterogeneityGrouping(matrices, encoderGroups: 2, crossmodalGroups: 2), groupsFromStart: true,
            training: training
        ).run()
        let suites = try ["all", "heterogeneity"].map { try Suite(ofRun: "\(training.folder)/\($0)-seed-2/suite.yaml") }
        #expect(suites.map(\.training.clip) == [1, 1])
        #expect(suites.map { $0.model.groups == nil } == [true, false])
    }

    @Test("the distances and transfers within groups are shares of the matrix")
    func shared() throws {
        let names = ["a", "b", "c"]
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 2, 0.5], [-1, nil, 0], [0.5, 4, nil]])
        let matrix = try HeterogeneityMatrix(names: names, transfers: transfers, units: .nats)
        func trial(_ groups: [[String]]) -> GroupingTrial {
            let groups = SharingGroups(encoders: groups, crossmodal: [], method: "")
            return GroupingTrial(
                name: "", groups: groups, matrices: MeasuredMatrices(modalities: matrix, interactions: nil))
        }
        // d: ab 2, ac 1, bc 4; T: ab 1, ac 1, bc 4, with magnitudes of 8 in total.
        #expect(trial([["a", "b"], ["c"]]).heterogeneity == 2.0 / 7)
        #expect(trial([["a", "b"], ["c"]]).transfer == 1.0 / 8)
        #expect(trial([["a", "b", "c"]]).heterogeneity == 1)
        #expect(trial([["a"], ["b"], ["c"]]).transfer == 0)
    }

    @Test("heterogeneity that predicts scores is distinguished from heterogeneity that does not")
    func prediction() throws {
        func trials(_ pairs: [(Double, Double)]) -> [GroupingTrial] {
            let groups = SharingGroups(encoders: [], crossmodal: [], method: "")
            return pairs.map { heterogeneity, score in
                var trial = GroupingTrial(
                    name: "", groups: groups, matrices: MeasuredMatrices(modalities: nil, interactions: nil))
                (trial.heterogeneity, trial.scores) = (heterogeneity, [score - 0.1, score + 0.1])
                return trial
            }
        }
        let falling = (0..<8).map { (Double($0), -Double($0 * $0)) }
        let found = try #require(GroupingPrediction(trials(falling)))
        #expect(found.heterogeneity == -1 && (found.heterogeneityP ?? 1) < 0.001 && found.transfer == nil)
        let crossed = [(0.0, 1.0), (1, 3), (2, 0), (3, 2), (4, 2.5), (5, 0.5)]
        #expect(try #require(GroupingPrediction(trials(crossed))).heterogeneityP ?? 0 > 0.3)
        #expect(GroupingPrediction(trials(Array(falling.prefix(3)))) == nil)
    }

    @Test("groupings that differ stand out from chance, and equal groupings do not")
    func spread() throws {
        let apart = try #require(GroupingSpread([[0.5, 0.6, 0.7], [0.71, 0.79, 0.9]]))
        #expect(abs(apart.betweenGroupings - 0.2 / 2.0.squareRoot()) < 0.01)
        #expect(apart.ratio > 100 && apart.chance < 0.02)
        let alike = try #require(GroupingSpread([[0.5, 0.6, 0.7], [0.6, 0.7, 0.5]]))
        #expect(alike.betweenGroupings == 0)
        #expect(GroupingSpread([[0.5, 0.6]]) == nil)
        #expect(GroupingSpread([[0.5], [0.6]]) == nil)
    }
}
