import Foundation
import Torch

/// Limits operations to one thread while any measurement runs.
///
/// The first measurement sets the limit and the last one removes it. Concurrent measurements in one
/// process therefore cannot change each other's rounding.
enum SingleThreading {
    private struct State {
        var users = 0
        var before = 1
    }

    private static let lock = NSLock()
    nonisolated(unsafe) private static var state = State()

    /// Runs `body` with one thread for every operation.
    ///
    /// - Throws: `TorchError` when the number of threads cannot be set; the errors of `body`.
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
