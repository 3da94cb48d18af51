import ArgumentParser
import Heterogeneity
import Importers
import Method
import Multimodal
import Training

/// `highmmt demo`: runs the whole method on real data.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Fetch real multimodal data and run the whole method on it, from one shared model to test scores.",
        discussion: """
            Does the same as highmmt run Suites/open.yaml --prune-pairs, in about two minutes on two cores. \
            Heterogeneity is measured by probing predictors that are trained from one seed on 192 samples for at most 8 \
            epochs, and stage 2 has 3 epochs. For reliable numbers, use highmmt run with its defaults.

            The data stay in the data folder and the results in the folder of the run. An interrupted demo continues \
            when the command is repeated.

            Examples:
              highmmt demo
              highmmt demo --quick --run runs/quick
            """)

    @Flag(help: "Train everything for one epoch: checks that everything works; scores are not meaningful.")
    var quick = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/demo, or runs/demo-quick)", valueName: "dir"))
    var runFolder: String?

    @Option(help: ArgumentHelp("Seed of the parameters and of the order of samples.", valueName: "n"))
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
        // Training until the streams are learned costs as much time as fewer samples save.
        let budget =
            quick
            ? TransferBudget(epochs: 1, patience: 1, seeds: 1, samples: 64)
            : TransferBudget(epochs: 8, patience: 4, seeds: 1, samples: 192, targetSamples: 48)
        try WholeMethod(
            suite: suite, dataRoot: data.root, run: run, device: device,
            measurement: MeasurementOptions(budget: budget, estimator: .probe, workers: WorkerOptions.cores),
            prunesPairs: true
        ).performAndReport(interrupt: interrupt, json: json)
        Terminal.write("the run is in \(run.path); to score it again: highmmt evaluate \(run.path)\n")
    }
}
