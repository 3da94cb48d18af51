import Foundation

/// A queue of jobs that the processes of a team take from.
public struct JobQueue: Sendable {
    /// The number of jobs.
    public let count: Int
    private let link: Link?
    private let number: Int
    private let local: Counter?

    init(count: Int, number: Int, link: Link?) {
        self.count = count
        self.number = number
        self.link = link
        local = link == nil ? Counter() : nil
    }

    /// Returns the next job that no thread of any process has taken; `nil` when none is left.
    ///
    /// - Throws: ``TeamError`` when the lead cannot be asked.
    public func next() throws -> Int? {
        let index = try link?.next(of: number) ?? local?.next() ?? count
        return index < count ? index : nil
    }

    /// Tells that a job is done.
    ///
    /// - Returns: The number of finished jobs that this process knows of. Only the lead knows of
    ///   those of others.
    @discardableResult public func finish() -> Int { link?.finished(of: number) ?? local?.finish() ?? 0 }

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var (taken, done) = (0, 0)

        func next() -> Int {
            lock.withLock {
                defer { taken += 1 }
                return taken
            }
        }

        func finish() -> Int {
            lock.withLock {
                done += 1
                return done
            }
        }
    }
}

extension Team {
    /// Returns the next queue. All processes must create their queues in the same order.
    ///
    /// - Parameter count: The number of jobs.
    public func jobs(_ count: Int) -> JobQueue {
        JobQueue(count: count, number: link?.nextQueue() ?? 0, link: link)
    }
}
