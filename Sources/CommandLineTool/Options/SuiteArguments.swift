import ArgumentParser
import Multimodal

/// The arguments for a suite and its overrides.
struct SuiteArguments: ParsableArguments {
    @Argument(help: "The suite: a YAML file, or the folder of a dataset to learn all its targets.")
    var suite: String

    @Argument(help: ArgumentHelp("Overrides of suite keys.", valueName: "key=value"))
    var overrides: [String] = []

    /// Reads the suite.
    ///
    /// - Parameter more: Further overrides, which come from other options.
    /// - Throws: `ConfigurationError` naming the key when the suite or an override is invalid.
    func read(overriding more: [String] = []) throws -> Suite {
        try Suite(location: suite, overrides: overrides + more)
    }
}
