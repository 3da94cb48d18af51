import Foundation

/// Trainings beside each other.
enum WorkerOptions {
    /// The number that was given, else one for every core.
    static func workers(_ given: Int?) -> Int { given ?? ProcessInfo.processInfo.activeProcessorCount }
}
