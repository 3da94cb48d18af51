import ArgumentParser
import Multimodal
import Training

extension Split: ExpressibleByArgument {}

/// `highmmt evaluate`: scores a run.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score the best parameters of a run on a split of its data.",
        discussion: """
            Examples:
              highmmt evaluate runs/open
              highmmt evaluate runs/open --split valid --json
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Option(help: "train, valid or test.")
    var split: Split = .test

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let device = try runtime.activate()
        let directory = RunDirectory(runFolder)
        guard directory.exists else {
            throw RunError("\(runFolder): holds no run; expected a folder made by highmmt train")
        }
        let suite = try Suite(file: directory.suitePath)
        let result = try SuiteRun(suite: suite, dataRoot: data.root, run: directory, device: device).evaluate(on: split)
        if json { try JSONOutput.print(result) } else { print(result.text) }
    }
}
