import Foundation
import Heterogeneity
import Testing

@testable import Studies

@Suite("Ways of sharing, side by side")
struct SharingStudyTests {
    private func study(_ overlap: OverlapSuite) throws -> SharingStudy {
        let names = ["anchor", "overlap-0", "overlap-1", "overlap-2"].map { "class/\($0)" }
        var transfers = SquareMatrix<Double?>(count: 4, repeating: nil)
        for pair in EntryPair.all(of: 4) {
            transfers[pair.first, pair.second] = Double(1 + pair.first + 2 * pair.second)
            transfers[pair.second, pair.first] = -0.5
        }
        return SharingStudy(
            suite: overlap.suite, dataRoot: overlap.folder.path, folder: "\(overlap.folder.path)/study",
            modalities: try HeterogeneityMatrix(names: names, transfers: transfers, units: .normalised),
            interactions: nil, encoderGroups: 2, crossmodalGroups: 1, seeds: 2, randomGroupings: 2)
    }

    @Test("all arms have about as many parameters as the groups by heterogeneity")
    func budget() throws {
        let overlap = try OverlapSuite()
        let result = try #require(try study(overlap).run())
        let ours = try #require(result.arms.first { $0.arm == .heterogeneity })
        #expect(result.arms.map(\.arm).contains(.none))
        #expect(result.groupingSpread != nil && result.prediction == nil, "three groupings foretell nothing")
        #expect(result.groupings.map(\.name) == ["heterogeneity", "random-1", "random-2"])
        #expect(result.groupings.map { $0.encoders.map(\.count).sorted() }.allSatisfy { $0 == [1, 3] })
        #expect(result.groupings[0].scores == ours.scores)
        // d is 1 + i + 2j for i < j, 38 in all; average linkage leaves the last entry alone.
        #expect(abs(result.groupings[0].heterogeneity - 14.0 / 38) < 1e-12)
        for arm in result.arms {
            #expect(arm.scores.count == 2)
            #expect(arm.scores.allSatisfy { $0 <= 1 && $0 > -1 })
            #expect(abs(Double(arm.parameters) / Double(ours.parameters) - 1) < 0.25, "\(arm.arm)")
        }
        let all = try #require(result.arms.first { $0.arm == .all })
        let none = try #require(result.arms.first { $0.arm == .none })
        #expect(all.width > ours.width && none.width < ours.width)
    }

    @Test("a study that is run again gives the same scores without training")
    func continues() throws {
        let overlap = try OverlapSuite()
        let first = try #require(try study(overlap).run())
        let again = try #require(
            try study(overlap).run(shouldStop: {
                Issue.record("nothing is left to train")
                return true
            }))
        #expect(first.arms.map(\.scores) == again.arms.map(\.scores))
    }

    @Test("what is shared of a matrix is told")
    func shared() throws {
        let names = ["a", "b", "c"]
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 2, 0.5], [-1, nil, 0], [0.5, 4, nil]])
        let matrix = try HeterogeneityMatrix(names: names, transfers: transfers, units: .nats)
        func trial(_ groups: [[String]]) -> GroupingTrial {
            let groups = SharingGroups(encoders: groups, crossmodal: [], method: "")
            return GroupingTrial(name: "", groups: groups, modalities: matrix, interactions: nil)
        }
        // d: ab 2, ac 1, bc 4; T: ab 1, ac 1, bc 4 of a size of 8.
        #expect(trial([["a", "b"], ["c"]]).heterogeneity == 2.0 / 7)
        #expect(trial([["a", "b"], ["c"]]).transfer == 1.0 / 8)
        #expect(trial([["a", "b", "c"]]).heterogeneity == 1)
        #expect(trial([["a"], ["b"], ["c"]]).transfer == 0)
    }

    @Test("heterogeneity that foretells scores is told from one that does not")
    func prediction() throws {
        func trials(_ pairs: [(Double, Double)]) -> [GroupingTrial] {
            let groups = SharingGroups(encoders: [], crossmodal: [], method: "")
            return pairs.map { heterogeneity, score in
                var trial = GroupingTrial(name: "", groups: groups, modalities: nil, interactions: nil)
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

    @Test("groupings that differ stand out from chance, and those that do not do not")
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
