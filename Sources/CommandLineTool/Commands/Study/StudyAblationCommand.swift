import ArgumentParser
import Files
import Heterogeneity
import Reporting
import Studies
import Training

/// `highmmt study ablation`: leaves out one part of the method at a time.
struct StudyAblationCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "ablation",
        abstract: "Leave out one part of the method at a time: what is each good for?",
        discussion: """
            The full method is stage 1, then stage 2 with groups by heterogeneity. The arms: without modality \
            embeddings (model.identity: none), without encoders (model.depth: 0), without crossmodal blocks \
            (model.crossmodal.depth: 0), other ways of sharing in stage 2, and without stage 1. The change is the \
            score minus that of the full method, paired by seed: negative when the part is missed. The summary path of \
            the robust recipe reads the inputs past all of these parts; training.summary=none leaves it out. The \
            matrices are those that highmmt heterogeneity stored in a run. The folder of the study keeps the runs, ablation.json, \
            ablation.csv and ablation.html. An interrupted study continues when the command is repeated.

            Examples:
              highmmt study ablation Suites/open.yaml --matrices runs/open
              highmmt study ablation Suites/open.yaml training.summary=none --matrices runs/open
              highmmt study ablation Suites/open.yaml --arms without-encoders,share-all --seeds 3 --no-test
            """)

    @OptionGroup var options: StudyOptions

    @Option(
        help: ArgumentHelp(
            "Arms to compare with the full method, separated by commas: "
                + "\(AblationArm.allCases.dropFirst().map(\.rawValue).joined(separator: ", ")). (default: all)",
            valueName: "arms"))
    var arms: String?

    @OptionGroup var matrices: MatricesOption

    @OptionGroup var groups: StudyGroupOptions

    func validate() throws { _ = try wantedArms() }

    func run() throws {
        let (suite, training) = try options.prepared("ablation")
        let study = AblationStudy(
            suite, arms: try wantedArms(), seeds: options.seeds,
            grouping: try groups.grouping(by: matrices.folder(of: suite)), training: training)
        let result = try FolderLock.holding(training.folder) {
            let result = try study.run()
            try StudyPage(result).write(to: "\(training.folder)/ablation.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(AblationStudyText(result).text) }
    }

    private func wantedArms() throws -> [AblationArm] {
        try arms.map { try CommaList.cases($0, option: "--arms") } ?? AblationArm.allCases
    }
}
