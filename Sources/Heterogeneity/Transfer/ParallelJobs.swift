import Foundation
import Parallel

/// Runs independent jobs on several threads. Jobs block in LibTorch, so they run on threads instead
/// of in tasks.
enum ParallelJobs {
    /// Runs the jobs of a queue, each once, on `workers` threads of every process of the team. No
    /// job starts in this process after one has failed in it.
    ///
    /// - Throws: The error of the job that failed first.
    static func run(_ jobs: JobQueue, workers: Int, _ job: @escaping @Sendable (Int) throws -> Void) throws {
        let failure = Failure()
        let group = DispatchGroup()
        for worker in 0..<min(max(1, workers), jobs.count) {
            group.enter()
            let thread = Thread {
                do {
                    while !failure.hasOccurred, let index = try jobs.next() { try job(index) }
                } catch {
                    failure.note(error)
                }
                group.leave()
            }
            thread.name = "worker \(worker)"
            thread.stackSize = 16 << 20
            thread.start()
        }
        group.wait()
        if let error = failure.error { throw error }
    }

    private final class Failure: @unchecked Sendable {
        private let lock = NSLock()
        private var first: (any Error)?

        var error: (any Error)? { lock.withLock { first } }
        var hasOccurred: Bool { error != nil }

        func note(_ error: any Error) { lock.withLock { if first == nil { first = error } } }
    }
}
