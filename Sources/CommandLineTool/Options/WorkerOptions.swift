import ArgumentParser
import Foundation
import Parallel

/// The option for the number of concurrent trainings of a measurement.
struct WorkerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Concurrent trainings of a measurement. (default: one per core)", valueName: "n"))
    var workers: Int?

    /// The number of cores for this process, which is the default. Processes of an MPI job on one
    /// machine share its cores.
    static var cores: Int {
        let usable = ProcessInfo.processInfo.activeProcessorCount
        return min(usable, max(1, ProcessInfo.processInfo.processorCount / Team.current.local))
    }

    /// The number of concurrent trainings.
    var count: Int { workers ?? Self.cores }

    func validate() throws { try CountOptions.check(["--workers": workers]) }
}
