import Dispatch
import Foundation

/// Makes elements on a thread of its own, a few ahead of where they are taken.
public final class Prefetcher<Element: Sendable>: @unchecked Sendable {
    private let count: Int
    private let make: @Sendable (Int) throws -> Element
    private let lock = NSLock()
    private let room = DispatchSemaphore(value: 0)
    private let ready = DispatchSemaphore(value: 0)
    private var finished: [Result<Element, any Error>] = []
    private var isCancelled = false
    private var taken = 0

    /// Starts making elements 0 ..< count in order.
    ///
    /// - Parameter ahead: how many may wait to be taken.
    public init(count: Int, ahead: Int = 4, _ make: @escaping @Sendable (Int) throws -> Element) {
        self.count = count
        self.make = make
        // A semaphore must not be released below the value it started with, which a cancelled prefetcher would do.
        for _ in 0..<max(1, ahead) { room.signal() }
        let thread = Thread { [self] in run() }
        thread.name = "prefetch"
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func run() {
        for index in 0..<count {
            room.wait()
            guard !lock.withLock({ isCancelled }) else { return }
            let result = Result { try make(index) }
            lock.withLock { finished.append(result) }
            ready.signal()
            if case .failure = result { return }
        }
    }

    /// The next element; nothing when all have been taken.
    ///
    /// - Throws: what making the element threw.
    public func next() throws -> Element? {
        guard taken < count else { return nil }
        ready.wait()
        taken += 1
        let result = lock.withLock { finished.removeFirst() }
        room.signal()
        return try result.get()
    }

    /// Stops making elements. Call it when elements are left untaken.
    public func cancel() {
        lock.withLock { isCancelled = true }
        room.signal()
    }
}
