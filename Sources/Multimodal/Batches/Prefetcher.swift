import Dispatch
import Foundation

/// Produces elements on a background thread, a few ahead of the consumer.
public final class Prefetcher<Element: Sendable>: @unchecked Sendable {
    private let count: Int
    private let make: @Sendable (Int) throws -> Element
    private let lock = NSLock()
    private let room = DispatchSemaphore(value: 0)
    private let ready = DispatchSemaphore(value: 0)
    private var finished: [Result<Element, any Error>] = []
    private var isCancelled = false
    private var taken = 0

    /// Starts producing elements 0 ..< count in order.
    ///
    /// - Parameters:
    ///   - count: The number of elements.
    ///   - ahead: The number of elements that may wait for the consumer, at least 1.
    ///   - make: Returns the element at an index; runs on the background thread.
    public init(count: Int, ahead: Int = 4, _ make: @escaping @Sendable (Int) throws -> Element) {
        self.count = count
        self.make = make
        // Dispatch traps when a semaphore is deallocated below its initial value, as after
        // `cancel()`. It therefore starts at 0.
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

    /// Returns the next element, or `nil` after the last.
    ///
    /// - Throws: The error of `make` for this element. Do not call `next()` again after that.
    public func next() throws -> Element? {
        guard taken < count else { return nil }
        ready.wait()
        taken += 1
        let result = lock.withLock { finished.removeFirst() }
        room.signal()
        return try result.get()
    }

    /// Stops producing elements. Call it when elements remain unconsumed.
    public func cancel() {
        lock.withLock { isCancelled = true }
        room.signal()
    }
}
