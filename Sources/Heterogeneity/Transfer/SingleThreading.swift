import Foundation
import Torch

/// Keeps operations on one thread while any measurement runs: the first sets it so, and only the last puts it back, so that
/// measurements beside each other in one process do not change one another's rounding.
enum SingleThreading {
    private struct State {
        var users = 0
        var before = 1
    }

    private static let lock = NSLock()
    nonisolated(unsafe) private static var state = State()

    /// Runs `body` with one thread for every operation.
    ///
    /// - Throws: `TorchError` when the number of threads cannot be set; what `body` throws.
    static func run<Result>(_ body: () throws -> Result) throws -> Result {
        try lock.withLock {
            if state.users == 0 {
                state.before = LibTorch.threads
                try LibTorch.setThreads(1)
            }
            state.users += 1
        }
        defer {
            lock.withLock {
                state.users -= 1
                if state.users == 0 { try? LibTorch.setThreads(state.before) }
            }
        }
        return try body()
    }
}
