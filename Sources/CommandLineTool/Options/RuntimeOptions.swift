import ArgumentParser
import Parallel
import Torch

/// The options for the device and the number of threads.
struct RuntimeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("cpu, cuda, cuda:N or mps.", valueName: "device"))
    var device = "cpu"

    @Option(help: ArgumentHelp("CPU threads. (default: one per core)", valueName: "n"))
    var threads: Int?

    /// Checks the device and sets the number of threads.
    ///
    /// - Throws: ``UnusableOption`` when the device does not exist or the number of threads is
    ///   invalid.
    func activate() throws -> Device {
        do {
            if let threads { try LibTorch.setThreads(threads) }
            if threads == nil, Team.current.size > 1 { try LibTorch.setThreads(WorkerOptions.cores) }
            return try Device(parsing: device)
        } catch let error as TorchError {
            throw UnusableOption(description: error.description)
        }
    }
}
