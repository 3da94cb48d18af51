import ArgumentParser
import Multimodal
import Training

/// The arguments for a suite, and the option for the folder of its run.
struct SuiteOptions: ParsableArguments {
    @OptionGroup var arguments: SuiteArguments

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/NAME, with the suite's name)", valueName: "dir"))
    var runFolder: String?

    /// Reads the suite.
    ///
    /// - Parameter more: Further overrides, which come from other options.
    /// - Throws: `ConfigurationError` naming the key when the suite or an override is invalid.
    func read(overriding more: [String] = []) throws -> Suite { try arguments.read(overriding: more) }

    /// Returns the folder of a suite's run.
    func run(of suite: Suite) -> RunDirectory { RunDirectory(runFolder ?? "runs/\(suite.name)") }
}
