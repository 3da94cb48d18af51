import Foundation

/// The number of concurrent trainings.
enum WorkerOptions {
    /// Returns the given number, or the number of cores for `nil`.
    static func workers(_ given: Int?) -> Int { given ?? ProcessInfo.processInfo.activeProcessorCount }
}
