import ArgumentParser
import Files
import Method
import Multimodal
import Parallel
import Studies
import Training

/// `highmmt transfer`: starts a model of new tasks from a trained run.
struct TransferCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Start a model of new tasks and modalities from a trained run, with few labels.",
        discussion: """
            The encoders and crossmodal blocks of RUN start a model of tasks that RUN has never seen. Heads and the \
            identities of new modalities start at random. The model has the sizes of RUN and is trained with the \
            recipe of SUITE, which is training.recipe: robust unless the suite says otherwise. If SUITE has wider \
            tokens than RUN, the additional columns of the encoders' input layers start at random; transfer.json of \
            each new run lists everything that does.

            If RUN has groups, each new stream and pair joins one: the one that --group names, or the nearest. That is \
            the group whose features best predict the new task by ridge regression on held-out training rows.

            Four arms are compared: fine-tuned, frozen-encoder, from-scratch (the same model from random parameters) \
            and before-grouping (the shared model of stage 1; only if RUN has a stage 2). Labels are drawn by class, \
            and smaller shares are part of larger ones. The validation split is used in full by all arms. Each arm is \
            a run in the folder of the transfer, which evaluate, predict and report take. An interrupted command \
            continues when it is repeated.

            Examples:
              highmmt transfer runs/open Suites/open.yaml
              highmmt transfer runs/open Suites/open.yaml --tasks diet --labels 0.5,1 --seeds 5 --no-test
              highmmt transfer runs/open Suites/open.yaml --group diet/genes=movement/gyroscope
            """)

    @Argument(help: ArgumentHelp("Folder of the trained run.", valueName: "run"))
    var source: String

    @OptionGroup var suite: SuiteArguments

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "Folder of the new runs. (default: runs/NAME-transfer, with the suite's name)", valueName: "dir"))
    var folder: String?

    @Option(
        help: ArgumentHelp(
            "Tasks of one new model, separated by commas. (default: those with role: transfer, else all)",
            valueName: "names"))
    var tasks: String?

    @Option(help: ArgumentHelp("Shares of the training labels, separated by commas.", valueName: "shares"))
    var labels = "0.01,0.05,0.1,1"

    @Option(help: ArgumentHelp("Seeds of each arm.", valueName: "n"))
    var seeds = 3

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp(
            "Group of a new stream or pair: a group number of RUN, or one of its streams or pairs. Repeatable. "
                + "(default: the nearest)", valueName: "stream=group"))
    var groups: [String] = []

    @Option(
        help: ArgumentHelp(
            "Arms, separated by commas: fine-tuned, frozen-encoder, from-scratch, before-grouping. (default: all)",
            valueName: "names"))
    var arms: String?

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation splits instead of the test splits, which stay unread.")
    var noTest = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try CountOptions.check(["--seeds": seeds])
        _ = (try CommaList.shares(labels, option: "--labels"), try wantedArms(), try givenGroups())
    }

    func run() throws {
        let device = try runtime.activate()
        let suite = try suite.read()
        let transfer = try TaskTransfer(
            from: RunDirectory(source), to: suite, tasks: try tasks.map { try CommaList.items($0, option: "--tasks") },
            groups: givenGroups(), dataRoot: data.root, device: device)
        let arms = try wantedArms() ?? transfer.arms
        try transfer.check(arms)
        let comparison = TransferComparison(
            transfer, source: source, arms: arms, labels: try CommaList.shares(labels, option: "--labels"),
            seeds: seeds,
            folder: folder ?? "runs/\(suite.name)-transfer", usesTest: !noTest)
        let interrupt = InterruptSignal()
        let result = try FolderLock.holding(comparison.folder) {
            try comparison.run(
                saying: { Terminal.write(Terminal.bold("== \($0)") + "\n") }, observer: MethodProgress().show
            ) { interrupt.isReceived }
        }
        try Team.current.dismissHelpers()
        if json { try JSONOutput.print(result) } else { print(TransferComparisonText(result).text) }
    }

    private func wantedArms() throws -> [TransferArm]? {
        try arms.map { try CommaList.cases($0, option: "--arms") }
    }

    private func givenGroups() throws -> [String: String] {
        try groups.reduce(into: [:]) { given, text in
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex, text.last != "=" else {
                throw ValidationError("--group is '\(text)'; expected stream=group, such as diet/genes=0")
            }
            given[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
    }
}
