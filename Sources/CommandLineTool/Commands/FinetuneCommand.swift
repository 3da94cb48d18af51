import ArgumentParser
import Files
import Heterogeneity
import Method
import Multimodal
import Parallel
import Reporting
import Torch
import Training

/// `highmmt finetune`: trains stage 2, in which each group of streams or pairs has its own
/// parameters.
struct FinetuneCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Fine-tune a trained run with separate groups of streams and pairs.",
        discussion: """
            Every group starts from the best parameters of stage 1. The suite's training.stage2 sets epochs and \
            learning rate. The groups come from groups.json in the run, or from the matrices that highmmt \
            heterogeneity stored there.

            Groups do not always help: on real data, groups by heterogeneity were so far no better than random ones of \
            the same sizes. highmmt study sharing compares them on your data.

            With --prune-pairs the model has the same groups but omits the pairs whose interaction adds nothing beyond \
            noise on the validation splits. It is stored in the subfolder pruned of the run and does not replace stage \
            2. To use it, give highmmt evaluate or predict the option --stage pruned.

            Examples:
              highmmt finetune runs/open
              highmmt finetune runs/open --encoder-groups 3 --crossmodal-groups 2 --linkage complete
              highmmt finetune runs/open --prune-pairs
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Argument(help: ArgumentHelp("Keys below training.stage2 to override.", valueName: "key=value"))
    var overrides: [String] = []

    @Flag(help: "Omit the pairs whose interaction adds nothing.")
    var prunePairs = false

    @OptionGroup var grouping: GroupingOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation splits instead of the test splits, which stay unread.")
    var noTest = false

    @Flag(help: "Print the scores as JSON.")
    var json = false

    func run() throws {
        let interrupt = InterruptSignal()
        let device = try runtime.activate()
        let directory = RunDirectory(runFolder)
        guard directory.exists else {
            throw RunError("\(runFolder): contains no run; expected a folder made by highmmt train")
        }
        let suite = try Suite(
            ofRun: directory.suitePath, overrides: overrides.map { "training.stage2.\($0)" })
        let result = try FolderLock.holding(runFolder) {
            try train(suite, in: directory, device: device) { interrupt.isReceived }
        }
        try Team.current.dismissHelpers()
        try CommandLog.add(to: runFolder)
        Terminal.writeNotes(of: [result])
        if json { try JSONOutput.print(result) } else { print(RunResultText(result).text) }
        try ModelCard.write(ofRun: runFolder, ifScored: TrainingStage.second.rawValue)
    }

    /// Forms the groups and trains the stage.
    private func train(
        _ suite: Suite, in directory: RunDirectory, device: Device, shouldStop: () -> Bool
    ) throws -> RunResult {
        let formed = try grouping.choice.groups(from: directory)
        var groups = formed
        if prunePairs {
            guard let pruned = try formed.pruned(by: HeterogeneityFolder(run: runFolder).diagnoses()) else {
                throw RunError("\(runFolder): --prune-pairs finds no pair to omit; every interaction adds something")
            }
            groups = pruned
        }
        Terminal.write(SharingGroupsText(groups).text + "\n")
        let stage = prunePairs ? Stage.pruned(StageGroups(groups)) : .second(StageGroups(groups))
        let opened = try OpenedSuite(suite, dataRoot: data.root)
        // Groups other than those of a trained stage 2 are not kept for a pruned model either.
        if prunePairs {
            _ = try StageTraining(.second(StageGroups(formed)), of: opened, run: directory, device: device)
        }
        let training = try StageTraining(stage, of: opened, run: directory, device: device)
        if Team.current.isLead { try grouping.choice.keep(formed, in: directory) }
        return try training.perform(usesTest: !noTest, observer: MethodProgress().show, shouldStop: shouldStop)
    }
}
