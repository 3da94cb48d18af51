import ArgumentParser
import Heterogeneity
import Method
import Numerics
import Reporting
import Training

/// `highmmt run`: runs the whole method, from data to scores.
struct RunCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the whole method: check data, stage 1, heterogeneity, groups, stage 2, scores.",
        discussion: """
            Every step stores its result in the folder of the run. An interrupted command continues when it is \
            repeated, and finished steps are not repeated. Data are not fetched: for a missing dataset, the error \
            names the command that gets it. An existing groups.json is used unchanged unless a number of groups is \
            given.

            With --prune-pairs, another model is trained like stage 2 but without the pairs of modalities whose \
            interaction adds nothing beyond noise on the validation splits. It is stored in the subfolder pruned and \
            compared with stage 2 in score, size and speed. highmmt evaluate and predict use stage 2 by default; \
            --stage pruned selects the pruned model.

            Files in the folder of the run: result.json (stage 1), heterogeneity/, groups.json, stage2/result.json, \
            pruned/result.json, speed.json (milliseconds per sample), report.html.

            Examples:
              highmmt run Suites/open.yaml
              highmmt run Suites/open.yaml --prune-pairs
              highmmt run Suites/open.yaml --estimator probe training.stage2.epochs=5
              highmmt run Suites/open.yaml --pairs sampled --encoder-groups 3 --crossmodal-groups 2
            """)

    @OptionGroup var suite: SuiteOptions

    @Option(help: "all, or sampled: measure about three pairs per entry and impute the others.")
    var pairs: HeterogeneityCommand.Pairs = .all

    @Option(help: "exact: by fine-tuning; probe: by ridge regression on features, about twenty times cheaper.")
    var estimator: TransferEstimator = .exact

    @Flag(help: "Also train a model without the pairs whose interaction adds nothing, and compare it.")
    var prunePairs = false

    @OptionGroup var workers: WorkerOptions

    @OptionGroup var budget: BudgetOptions
    @OptionGroup var grouping: GroupingOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation splits instead of the test splits, which stay unread.")
    var noTest = false

    @Flag(help: "Print the scores of all stages as JSON.")
    var json = false

    func run() throws {
        let interrupt = InterruptSignal()
        let device = try runtime.activate()
        let read = try suite.read()
        try WholeMethod(
            suite: read, dataRoot: data.root, run: suite.run(of: read), device: device,
            measurement: MeasurementOptions(
                budget: budget.budget(for: read), samplesPairs: pairs == .sampled, estimator: estimator,
                workers: workers.count), grouping: grouping.choice, prunesPairs: prunePairs
        ).performAndReport(usesTest: !noTest, interrupt: interrupt, json: json)
    }
}

extension WholeMethod {
    /// Runs the method with progress on standard error, writes the report, and prints the outcome.
    ///
    /// - Throws: `Interruption` after a signal; the errors of the steps.
    func performAndReport(usesTest: Bool = true, interrupt: InterruptSignal, json: Bool) throws {
        let outcome = try perform(usesTest: usesTest, observer: MethodProgress().show) { interrupt.isReceived }
        try CommandLog.add(to: run.path)
        try ModelCard.write(ofRun: run.path, ifScored: TrainingStage.first.rawValue)
        Terminal.write("the report is in \(try RunReport(run: run.path).write())\n")
        if json { try JSONOutput.print(outcome) } else { print(MethodOutcomeText(outcome).text) }
    }
}
