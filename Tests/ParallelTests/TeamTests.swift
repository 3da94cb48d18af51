import CNCCL
import Foundation
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

    /// Without a GPU, NCCL gets as far as joining, where it must say what is missing.
    @Test func ncclIsOpenedOrExplained() throws {
        let missing = #expect(throws: TeamError.self) { try NCCLLibrary(path: "/nowhere/libCNCCL.so") }
        #expect(missing?.description.contains("/nowhere/libCNCCL.so") == true)
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = project.appendingPathComponent(".build/cnccl/current/libCNCCL.so").path
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: no NCCL was found by scripts/setup-nccl")
            return
        }
        let library = try NCCLLibrary(path: path)
        var identity = [UInt8](repeating: 0, count: Int(CN_IDENTITY_SIZE))
        try library.check(library.table.identify(&identity))
        #expect(identity.contains { $0 != 0 })
        if library.table.join(identity, 0, 1, 0) < 0 {
            let error = #expect(throws: TeamError.self) { try library.check(-1) }
            #expect(error?.description.hasPrefix("NCCL failed: ") == true)
        }
    }
}
