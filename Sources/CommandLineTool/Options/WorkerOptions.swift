import ArgumentParser
import Foundation

/// The option for the number of concurrent trainings of a measurement.
struct WorkerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Concurrent trainings of a measurement. (default: one per core)", valueName: "n"))
    var workers: Int?

    /// The number of cores, which is the default.
    static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// The number of concurrent trainings.
    var count: Int { workers ?? Self.cores }

    func validate() throws { try CountOptions.check(["--workers": workers]) }
}
