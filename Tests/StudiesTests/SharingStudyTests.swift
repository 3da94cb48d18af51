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
        #expect(result.groupingSpread != nil)
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
