import Foundation
import Heterogeneity
import Multimodal
import TestSupport
import Testing

@testable import Studies

@Suite("Heterogeneity of modalities with known overlap")
struct OverlapTests {
    private let world = OverlapWorld(factors: 4, validRows: 256)
    private let budget = TransferBudget(epochs: 6, seeds: 2)

    @Test("d is larger with little overlap than with much, and almost zero for the same factors")
    func falls() throws {
        let folder = try TemporaryFolder()
        let result = try OverlapStudy(world: world, worlds: 2, budget: budget).run(in: folder.path)
        let distances = result.levels.map(\.distance)
        #expect(result.levels.map(\.overlap) == [0, 0.25, 0.5, 0.75, 1])
        #expect(distances[0] + distances[1] > distances[3] + distances[4])
        #expect(distances[4] < 0.02)
        #expect(try #require(result.spearman) < -0.5)
    }

    @Test("a repeated study trains nothing, and results do not depend on the number of workers")
    func continues() throws {
        let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
        let study = OverlapStudy(
            world: OverlapWorld(factors: 2, validRows: 32), worlds: 1, budget: TransferBudget(epochs: 1, seeds: 1))
        var parallel = study
        parallel.workers = 3
        let first = try study.run(in: one.path)
        let again = try study.run(in: one.path) { _ in Issue.record("expected nothing to train") }
        #expect(first.levels.map(\.distance) == again.levels.map(\.distance))
        let other = try parallel.run(in: two.path)
        #expect(first.levels.map(\.fromAnchor) == other.levels.map(\.fromAnchor))
        let entries = "world-0/entries"
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(one.path)/\(entries)") {
            let contents = [one, two].map { FileManager.default.contents(atPath: "\($0.path)/\(entries)/\(name)") }
            #expect(contents[0] == contents[1])
        }
    }
}
