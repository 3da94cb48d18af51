import ArgumentParser
import Torch

/// Where and how fast to compute.
struct RuntimeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("cpu, cuda, cuda:N or mps.", valueName: "device"))
    var device = "cpu"

    @Option(help: ArgumentHelp("Threads for operations on the CPU. (default: all cores)", valueName: "n"))
    var threads: Int?

    /// Checks the device and sets the number of threads.
    ///
    /// - Throws: ``UnusableOption`` when there is no such device or the number of threads cannot be.
    func activate() throws -> Device {
        do {
            if let threads { try LibTorch.setThreads(threads) }
            return try Device(parsing: device)
        } catch let error as TorchError {
            throw UnusableOption(description: error.description)
        }
    }
}
