import ArgumentParser
import Method
import Reporting
import Training

/// `highmmt train`: trains one model on all tasks of a suite.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train one model on all tasks of a suite.",
        discussion: """
            Any key of the suite can be overridden. When the command is repeated, an interrupted run, or one whose \
            training.epochs was raised, continues from its last checkpoint. Ctrl-C saves a checkpoint before it ends.

            Examples:
              highmmt train Suites/open.yaml
              highmmt train Suites/open.yaml training.epochs=3 tasks.digits.weight=2 --run runs/trial
            """)

    @OptionGroup var suite: SuiteOptions

    @Option(help: ArgumentHelp("Seed; the same as the override seed=N.", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation splits instead of the test splits, which stay unread.")
    var noTest = false

    @Flag(help: "Print the scores as JSON.")
    var json = false

    func run() throws {
        let interrupt = InterruptSignal()
        let device = try runtime.activate()
        let opened = try OpenedSuite(
            suite.read(overriding: seed.map { ["seed=\($0)"] } ?? []), dataRoot: data.root)
        let directory = suite.run(of: opened.suite)
        let training = try StageTraining(.first, of: opened, run: directory, device: device)
        let observer = MethodProgress().show
        let result =
            noTest
            ? try training.performWithoutTest(observer: observer) { interrupt.isReceived }
            : try training.perform(observer: observer) { interrupt.isReceived }
        for note in result.notes ?? [] { Terminal.write("note: \(note)\n") }
        if json { try JSONOutput.print(result) } else { print(RunResultText(result).text) }
        if directory.result(of: .first) != nil {
            try ModelCard(run: directory.path).write(to: ModelCard.path(of: directory.path))
        }
    }
}
