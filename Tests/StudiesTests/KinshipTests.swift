import Heterogeneity
import Multimodal
import TestSupport
import Testing

@testable import Studies

@Suite("Families of tasks")
struct KinshipTests {
    @Test("members of a family differ in their rows and nothing else")
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

    @Test("families are found and compared, and a second run finds everything done")
    func runs() throws {
        let folder = try TemporaryFolder()
        let study = KinshipStudy(
            world: OverlapWorld(factors: 3, rows: 24, validRows: 96, testRows: 64), families: 2, members: 2,
            budget: TransferBudget(epochs: 4, seeds: 1, leastSteps: 4), seeds: 2, epochs: (1, 2))
        let result = try #require(try study.run(in: folder.path))
        #expect(result.families == 2 && result.members == 2)
        #expect(result.within.isFinite && result.across.isFinite)
        #expect((-1.0...1.0).contains(result.agreement))
        #expect(result.sharing.groups[0] == 2)
        #expect(result.sharing.groupings.map(\.scores.count) == Array(repeating: 2, count: 6))
        let again = try #require(try study.run(in: folder.path, progress: { _ in Issue.record("nothing is left") }))
        #expect(again.sharing.arms.map(\.scores) == result.sharing.arms.map(\.scores))
        #expect(again.agreement == result.agreement)
        let stopped = try TemporaryFolder()
        #expect(try study.run(in: stopped.path, shouldStop: { true }) == nil)
    }
}
