import Foundation

/// Produces elements on a background thread, a few ahead of the consumer.
public final class Prefetcher<Element: Sendable>: @unchecked Sendable {
    private let count: Int
    private let ahead: Int
    private let make: @Sendable (Int) throws -> Element
    /// Guards the properties below and is broadcast when any of them changes.
    private let condition = NSCondition()
    private var finished: [Element] = []
    private var taken = 0
    private var failure: (any Error)?
    private var isCancelled = false

    /// Starts producing elements 0 ..< count in order.
    ///
    /// - Parameters:
    ///   - count: The number of elements.
    ///   - ahead: The number of elements that may wait for the consumer, at least 1.
    ///   - make: Returns the element at an index; runs on the background thread.
    public init(count: Int, ahead: Int = 4, _ make: @escaping @Sendable (Int) throws -> Element) {
        self.count = count
        self.ahead = max(1, ahead)
        self.make = make
        let thread = Thread { [self] in run() }
        thread.name = "prefetch"
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func run() {
        for index in 0..<count {
            guard waitForRoom() else { return }
            do {
                let element = try make(index)
                change { finished.append(element) }
            } catch {
                return change { failure = error }
            }
        }
    }

    /// Waits until another element may be produced; returns false after ``cancel()``.
    private func waitForRoom() -> Bool {
        condition.withLock {
            while finished.count >= ahead, !isCancelled { condition.wait() }
            return !isCancelled
        }
    }

    private func change(_ body: () -> Void) {
        condition.withLock {
            body()
            condition.broadcast()
        }
    }

    /// Returns the next element, or `nil` after the last or after ``cancel()``.
    ///
    /// - Throws: The error of `make`, after the elements before it. Every later call throws it
    ///   again.
    public func next() throws -> Element? {
        try condition.withLock {
            while finished.isEmpty, failure == nil, taken < count, !isCancelled { condition.wait() }
            guard !isCancelled, !finished.isEmpty else {
                if let failure { throw failure }
                return nil
            }
            taken += 1
            condition.broadcast()
            return finished.removeFirst()
        }
    }

    /// Stops producing elements. Call it when elements remain unconsumed.
    public func cancel() {
        change { isCancelled = true }
    }
}
