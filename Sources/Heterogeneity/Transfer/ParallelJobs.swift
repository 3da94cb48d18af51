import Foundation

/// Runs independent jobs on several threads. Jobs block in LibTorch, so they run on threads instead
/// of in tasks.
enum ParallelJobs {
    /// Runs the jobs `0 ..< count`, each once, on `workers` threads. No job starts after one has
    /// failed.
    ///
    /// - Throws: The error of the job that failed first.
    static func run(count: Int, workers: Int, _ job: @escaping @Sendable (Int) throws -> Void) throws {
        let queue = Queue(count: count)
        let group = DispatchGroup()
        for worker in 0..<min(max(1, workers), count) {
            group.enter()
            let thread = Thread {
                while let index = queue.next() {
                    do { try job(index) } catch { queue.fail(error) }
                }
                group.leave()
            }
            thread.name = "worker \(worker)"
            thread.stackSize = 16 << 20
            thread.start()
        }
        group.wait()
        if let error = queue.error { throw error }
    }

    private final class Queue: @unchecked Sendable {
        private let lock = NSLock()
        private let count: Int
        private var position = 0
        private var failure: (any Error)?

        init(count: Int) { self.count = count }

        var error: (any Error)? { lock.withLock { failure } }

        func next() -> Int? {
            lock.withLock {
                guard failure == nil, position < count else { return nil }
                defer { position += 1 }
                return position
            }
        }

        func fail(_ error: any Error) { lock.withLock { if failure == nil { failure = error } } }
    }
}
