import ArgumentParser
import Multimodal
import Training

/// A suite, and the folder of its run.
struct SuiteOptions: ParsableArguments {
    @OptionGroup var arguments: SuiteArguments

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/NAME of the suite)", valueName: "dir"))
    var runFolder: String?

    /// Reads the suite.
    ///
    /// - Parameter more: overrides that other options stand for.
    func read(overriding more: [String] = []) throws -> Suite { try arguments.read(overriding: more) }

    /// Where the run of a suite lies.
    func run(of suite: Suite) -> RunDirectory { RunDirectory(runFolder ?? "runs/\(suite.name)") }
}
