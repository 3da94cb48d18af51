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
            interactions: nil, encoderGroups: 2, crossmodalGroups: 1, seeds: 2)
    }

    @Test("all arms have about as many parameters as the groups by heterogeneity")
    func budget() throws {
        let overlap = try OverlapSuite()
        let result = try #require(try study(overlap).run())
        let ours = try #require(result.arms.first { $0.arm == .heterogeneity })
        #expect(result.arms.map(\.arm).contains(.none))
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
}
