import Testing

@testable import Parallel

@Suite struct TeamTests {
    @Test func aloneNeedsNobody() throws {
        let team = Team.alone
        #expect(team.isLead && team.size == 1)
        #expect(try team.sums([1, 2]) == [1, 2])
        #expect(try team.fromLead { "x" } == "x")
        #expect(try !team.any(false))
        try team.check([("version", "1")])
        try team.barrier()
        try team.dismissHelpers()
        try team.leave()
    }

    @Test func queueGivesEveryJobOnce() throws {
        let queue = Team.alone.jobs(3)
        #expect(try (0..<5).map { _ in try queue.next() } == [0, 1, 2, nil, nil])
        #expect(queue.finish() == 1)
        #expect(queue.finish() == 2)
    }

    @Test func slowRanksAreComparedWithTheOthers() {
        #expect(Team.slow([1, 1.1]).isEmpty)
        let two = Team.slow([1, 2])
        #expect(two.map(\.rank) == [1] && two.map(\.ratio) == [2])
        // The median of 1, 1 and 9 is 1; rank 2 did no work.
        let five = Team.slow([1, 1, 0, 9, 3])
        #expect(five.map(\.rank) == [3, 4])
        #expect(five.map(\.ratio) == [9, 3])
        #expect(Team.slow([5, 0]).isEmpty)
    }

    @Test func missingLibraryIsExplained() {
        let error = #expect(throws: TeamError.self) { try MPILibrary(path: "/nowhere/libCMPI.so") }
        #expect(error?.description.contains("mpicc") == true)
    }
}
