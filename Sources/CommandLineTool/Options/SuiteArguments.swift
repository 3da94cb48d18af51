import ArgumentParser
import Multimodal

/// A suite, with keys to override.
struct SuiteArguments: ParsableArguments {
    @Argument(help: "The suite: a YAML file.")
    var suite: String

    @Argument(help: ArgumentHelp("Keys of the suite to override.", valueName: "key=value"))
    var overrides: [String] = []

    /// Reads the suite.
    ///
    /// - Parameter more: overrides that other options stand for.
    func read(overriding more: [String] = []) throws -> Suite { try Suite(file: suite, overrides: overrides + more) }
}
