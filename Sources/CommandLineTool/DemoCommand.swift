import ArgumentParser
import Foundation
import Multimodal
import Training

/// `highmmt demo`: real data, one model, test scores.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Fetch real multimodal data, train one model on all tasks, score it on the test splits.",
        discussion: """
            Everything is kept: data in the data folder, the run in its own. A demo that was stopped continues when it is \
            started again.

            Examples:
              highmmt demo
              highmmt demo --quick --run runs/quick
            """)

    @Flag(help: "One epoch only: shows that everything works, not what it can do.")
    var quick = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/demo, or runs/demo-quick)", valueName: "dir"))
    var runFolder: String?

    @Option(help: ArgumentHelp("Seed of parameters and of the order of samples.", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print the test scores as JSON.")
    var json = false

    func run() throws {
        let device = try runtime.activate()
        let overrides = (quick ? ["training.epochs=1"] : []) + (seed.map { ["seed=\($0)"] } ?? [])
        let suite = try Suite(file: SuiteLocation.path(of: "open"), overrides: overrides)
        _ = try OpenData.fetch(to: data.root) { Terminal.write("\($0)\n") }
        let run = RunDirectory(runFolder ?? (quick ? "runs/demo-quick" : "runs/demo"))
        let result = try SuiteTraining(suite: suite, dataRoot: data.root, run: run, device: device)
            .train(interrupt: InterruptSignal())
        if json { try JSONOutput.print(result) } else { print(result.text) }
        Terminal.write("the run is in \(run.path); score it again with: highmmt evaluate \(run.path)\n")
    }
}
