import ArgumentParser
import Foundation
import Heterogeneity
import Multimodal
import Numerics
import Training

/// `highmmt run`: the whole method, from data to scores.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The whole method: check data, stage 1, heterogeneity, groups, stage 2, scores.",
        discussion: """
            Every step leaves its result in the folder of the run, and a command that was stopped, as by Ctrl-C, continues when \
            it is given again; what is done is not done twice. Data are not fetched: a dataset that is missing says with which \
            command to get it. Groups that are in the folder as groups.json are taken as they are, unless numbers are given.

            With --prune-pairs a further model is trained like stage 2, from stage 1, without the pairs of modalities whose \
            interaction adds nothing that could be told from noise on the validation splits. It is put into the folder pruned \
            and compared with stage 2, in score, size and speed; highmmt evaluate and predict go on using stage 2, and the \
            pruned model with --stage pruned.

            In the folder of the run: result.json (stage 1), heterogeneity/, groups.json, stage2/result.json, \
            pruned/result.json, speed.json (milliseconds per sample).

            Examples:
              highmmt run Suites/open.yaml
              highmmt run Suites/open.yaml --prune-pairs
              highmmt run Suites/open.yaml --estimator probe training.stage2.epochs=5
              highmmt run Suites/open.yaml --pairs sampled --encoder-groups 3 --crossmodal-groups 2
            """)

    @Argument(help: "The suite: a YAML file.")
    var suite: String

    @Argument(help: ArgumentHelp("Keys of the suite to override.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/NAME of the suite)", valueName: "dir"))
    var runFolder: String?

    @Option(help: "Pairs of entries to measure: all, or sampled, the others filled in.")
    var pairs: HeterogeneityCommand.Pairs = .all

    @Option(help: "exact: by fine-tuning; probe: by ridge regressions on features, about twenty times cheaper.")
    var estimator: TransferEstimator = .exact

    @Flag(help: "Also train and compare a model without the pairs whose interaction adds nothing.")
    var prunePairs = false

    @Option(help: ArgumentHelp("Measurements at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @OptionGroup var budget: BudgetOptions
    @OptionGroup var grouping: GroupingOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print the test scores of all stages as JSON.")
    var json = false

    func validate() throws { try CountOptions.check(["--workers": workers]) }

    func run() throws {
        let device = try runtime.activate()
        let suite = try Suite(file: suite, overrides: overrides)
        let directory = RunDirectory(runFolder ?? "runs/\(suite.name)")
        let outcome = try SuiteWork(
            suite: suite, dataRoot: data.root, run: directory, device: device, grouping: grouping,
            heterogeneity: HeterogeneityWork(
                suite: suite, dataRoot: data.root, run: directory, budget: budget.budget,
                samplesPairs: pairs == .sampled, estimator: estimator,
                workers: workers ?? ProcessInfo.processInfo.activeProcessorCount),
            prunesPairs: prunePairs
        ).perform(interrupt: InterruptSignal())
        if json { try JSONOutput.print(outcome) } else { print(outcome.text) }
    }
}
