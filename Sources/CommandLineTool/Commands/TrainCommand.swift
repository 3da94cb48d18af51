import ArgumentParser
import Heterogeneity
import Method
import Multimodal
import Parallel
import Reporting
import Torch
import Training

/// `highmmt train`: trains one model on all tasks of a suite.
struct TrainCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train one model on all tasks of a suite.",
        discussion: """
            Any key of the suite can be overridden. When the command is repeated, an interrupted run, or one whose \
            training.epochs was raised, continues from its last checkpoint. Ctrl-C saves a checkpoint before it ends.

            --method trains a prior method with the same data, encodings, recipe and metrics. Except for share-all, \
            their tasks share nothing, and each task keeps its own best epoch. unimodal first trains every modality \
            alone, in RUN-modalities, and keeps the one with the least validation loss.

            --groups trains separate parameters for each group from random ones, where finetune starts from the shared \
            parameters of stage 1. The groups are those of another run, or are formed from its matrices; that run is \
            only read.

            Examples:
              highmmt train Suites/open.yaml
              highmmt train Suites/open.yaml --method late-fusion --run runs/late-fusion
              highmmt train Suites/open.yaml training.epochs=3 tasks.digits.weight=2 --run runs/trial
              highmmt train Suites/open.yaml --groups runs/open --encoder-groups 3 --run runs/grouped
            """)

    @OptionGroup var suite: SuiteOptions

    @Option(help: ArgumentHelp("Seed; the same as the override seed=N.", valueName: "n"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "highmmt, share-all, single-task, unimodal, early-fusion, late-fusion, low-rank-fusion or mult; the same as "
                + "the override model.method=NAME.", valueName: "name"))
    var method: String?

    @Option(
        name: .customLong("groups"),
        help: ArgumentHelp(
            "Run whose groups.json or matrices divide streams and pairs into groups from the start.",
            valueName: "dir"))
    var groupsRun: String?

    @OptionGroup var grouping: GroupingOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation splits instead of the test splits, which stay unread.")
    var noTest = false

    @Flag(help: "Print the scores as JSON.")
    var json = false

    func validate() throws {
        if groupsRun == nil, grouping.choice != GroupChoice() {
            throw ValidationError("options of groups need --groups; expected a run with groups or matrices")
        }
    }

    func run() throws {
        let interrupt = InterruptSignal()
        let device = try runtime.activate()
        let overrides = (seed.map { ["seed=\($0)"] } ?? []) + (method.map { ["model.method=\($0)"] } ?? [])
        var suite = try suite.read(overriding: overrides)
        if let groupsRun {
            try suite.checkMethodHasGroups(otherwise: "leave out --groups")
            let groups = try grouping.choice.groups(from: RunDirectory(groupsRun))
            Terminal.write(SharingGroupsText(groups).text + "\n")
            suite.model.groups = ModelSettings.Groups(groups)
        }
        let folder = self.suite.run(of: suite)
        let result = try SuiteTraining(suite, dataRoot: data.root, run: folder, device: device)
            .perform(usesTest: !noTest, observer: MethodProgress().show) { interrupt.isReceived }
        try Team.current.dismissHelpers()
        try CommandLog.add(to: folder.path)
        Terminal.writeNotes(of: [result])
        if json { try JSONOutput.print(result) } else { print(RunResultText(result).text) }
        try ModelCard.write(ofRun: folder.path, ifScored: TrainingStage.first.rawValue)
    }
}
