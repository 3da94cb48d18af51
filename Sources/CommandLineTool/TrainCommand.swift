import ArgumentParser
import Foundation
import Multimodal
import Training

/// `highmmt train`: trains the tasks of a suite as one model.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train one model on all tasks of a suite.",
        discussion: """
            Any key of the suite can be overridden. A run that was stopped, or whose training.epochs was raised, continues \
            from its last checkpoint when the command is given again; Ctrl-C saves before it ends.

            Examples:
              highmmt train Suites/open.yaml
              highmmt train Suites/open.yaml training.epochs=3 tasks.digits.weight=2 --run runs/trial
            """)

    @Argument(help: "The suite: a YAML file.")
    var suite: String

    @Argument(help: ArgumentHelp("Keys of the suite to override.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/NAME of the suite)", valueName: "dir"))
    var runFolder: String?

    @Option(help: ArgumentHelp("Seed, as the override seed=N.", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation split instead of the test split, which is not read.")
    var noTest = false

    @Flag(help: "Print the scores as JSON.")
    var json = false

    func run() throws {
        let device = try runtime.activate()
        let suite = try Suite(file: suite, overrides: overrides + (seed.map { ["seed=\($0)"] } ?? []))
        let directory = RunDirectory(runFolder ?? "runs/\(suite.name)")
        let result = try SuiteTraining(suite: suite, dataRoot: data.root, run: directory, device: device, split: noTest ? .valid : .test)
            .train(interrupt: InterruptSignal())
        if json { try JSONOutput.print(result) } else { print(result.text) }
    }
}
