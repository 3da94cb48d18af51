import ArgumentParser
import Foundation
import Heterogeneity
import Importers
import Multimodal
import Training

/// `highmmt demo`: real data and the whole method.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Fetch real multimodal data and do the whole method on it, from one model for all tasks to scores.",
        discussion: """
            What highmmt run Suites/open.yaml --prune-pairs does, in about three minutes on two cores: heterogeneity is measured \
            by probes of predictors that one seed trains for 4 epochs on 256 samples, and stage 2 lasts 3 epochs. For numbers to \
            rely on, give highmmt run its defaults.

            Everything is kept: data in the data folder, the run in its own. A demo that was stopped continues when it is \
            started again.

            Examples:
              highmmt demo
              highmmt demo --quick --run runs/quick
            """)

    @Flag(help: "One epoch of everything: shows that everything works, not what it can do.")
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
        let epochs =
            quick
            ? ["training.epochs=1", "training.stage2.epochs=1"]
            : ["training.stage2.epochs=3", "training.stage2.learning_rate=0.0003"]
        let overrides = epochs + (seed.map { ["seed=\($0)"] } ?? [])
        let suite = try Suite(file: SuiteLocation.path(of: "open"), overrides: overrides)
        let interrupt = InterruptSignal()
        _ = try OpenData.fetch(to: data.root) { Terminal.write("\($0)\n") }
        let run = RunDirectory(runFolder ?? (quick ? "runs/demo-quick" : "runs/demo"))
        let budget = TransferBudget(epochs: quick ? 1 : 4, seeds: 1, samples: quick ? 64 : 256)
        let outcome = try SuiteWork(
            suite: suite, dataRoot: data.root, run: run, device: device, grouping: GroupingOptions.parse([]),
            heterogeneity: HeterogeneityWork(
                suite: suite, dataRoot: data.root, run: run, budget: budget, samplesPairs: false, estimator: .probe,
                workers: ProcessInfo.processInfo.activeProcessorCount),
            prunesPairs: true
        ).perform(interrupt: interrupt)
        if json { try JSONOutput.print(outcome) } else { print(outcome.text) }
        Terminal.write("the run is in \(run.path); score it again with: highmmt evaluate \(run.path)\n")
    }
}
