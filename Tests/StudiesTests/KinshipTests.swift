import Heterogeneity
import Multimodal
import TestSupport
import Testing

@testable import Studies

@Suite("Families of tasks")
struct KinshipTests {
    @Test("members of a family differ only in their rows")
    func draws() throws {
        let folder = try TemporaryFolder()
        var world = OverlapWorld(factors: 2, rows: 16, validRows: 16, testRows: 24)
        let first = try world.write(to: "\(folder.path)/first")
        world.draw = 1
        let second = try world.write(to: "\(folder.path)/second")
        let again = try world.write(to: "\(folder.path)/again")
        func numbers(_ dataset: Dataset) throws -> [Float] { try dataset.train.file.tensor(named: "anchor").floats() }
        #expect(try numbers(first) != numbers(second) && numbers(second) == numbers(again))
        #expect(second.test.count == 24)
    }

    @Test("heterogeneity finds the families, and a second run trains nothing")
    func families() throws {
        let folder = try TemporaryFolder()
        let study = KinshipStudy(
            world: OverlapWorld(factors: 4, rows: 64, validRows: 256, testRows: 64, separation: 2), families: 2,
            members: 2, budget: TransferBudget(epochs: 8, seeds: 2, targetSamples: 16), seeds: 2, epochs: (1, 2))
        let result = try #require(try study.run(in: folder.path))
        #expect(result.families == 2 && result.members == 2)
        // Of the three ways to form two pairs of four tasks, one is right.
        #expect(result.agreement == 1)
        #expect(result.within < 0.5 * result.across, "within \(result.within), across \(result.across)")
        let families = [0, 1].map { family in [0, 1].map { "family-\(family)-\($0)/anchor" } }
        #expect(result.sharing.groupings[0].encoders.map { $0.sorted() }.sorted { $0[0] < $1[0] } == families)
        #expect(result.sharing.groups[0] == 2)
        #expect(result.sharing.groupings.map(\.scores.count) == Array(repeating: 2, count: 6))
        let again = try #require(
            try study.run(in: folder.path, progress: { _ in Issue.record("expected nothing to train") }))
        #expect(again.sharing.arms.map(\.scores) == result.sharing.arms.map(\.scores))
        #expect(again.agreement == result.agreement)
        let stopped = try TemporaryFolder()
        #expect(try study.run(in: stopped.path, shouldStop: { true }) == nil)
    }
}
