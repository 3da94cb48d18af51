import ArgumentParser
import Files
import Heterogeneity
import Reporting
import Studies
import Training

/// `highmmt study sharing`: tests whether sharing by heterogeneity helps.
struct StudySharingCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharing",
        abstract: "Compare ways of sharing parameters on a suite, at about the same number of parameters.",
        discussion: """
            Trains each way of sharing from several seeds: share all, share none, random groups, groups by feature \
            distance, groups by heterogeneity (clustered, and the partition with the least heterogeneity within \
            groups), and groups by signed transfers. Also tests whether groupings of the same sizes differ beyond \
            chance, and whether heterogeneity predicts their scores. The matrices are those that highmmt heterogeneity \
            stored in a run. The folder of the study keeps the runs, sharing.json, sharing.csv and sharing.html. An \
            interrupted study continues when the command is repeated.

            Every way of sharing starts from the same stage 1 and divides its groups in stage 2. With --from-start, it \
            is trained from random parameters with its groups; groups by feature distance need a stage 1 and are left \
            out.

            Examples:
              highmmt study sharing Suites/open.yaml --matrices runs/open --encoder-groups 3 --crossmodal-groups 3
              highmmt study sharing Suites/open.yaml --from-start --arms random --seeds 3
            """)

    @OptionGroup var options: StudyOptions

    @OptionGroup var matrices: MatricesOption

    @OptionGroup var groups: StudyGroupOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Arms to compare besides heterogeneity: all, none, random, features, partition, affinity (default: all of "
                + "these), and unimodal, crossmodal."))
    var arms: [SharingArm] = SharingArm.usual

    @Flag(help: "Train every way of sharing with its groups from random parameters, instead of from a common stage 1.")
    var fromStart = false

    @Option(help: ArgumentHelp("Number of random groupings, each trained from every seed.", valueName: "n"))
    var randomGroupings = 3

    func validate() throws {
        try CountOptions.check(["--random-groupings": randomGroupings])
        if fromStart, arms.contains(.features), arms != SharingArm.usual {
            throw ValidationError("--arms has features, which come from stage 1; expected other arms with --from-start")
        }
    }

    func run() throws {
        let (suite, training) = try options.prepared("sharing")
        let study = SharingStudy(
            suite, arms: fromStart ? arms.filter { $0 != .features } : arms, randomGroupings: randomGroupings,
            seeds: options.seeds, grouping: try groups.grouping(by: matrices.folder(of: suite)),
            groupsFromStart: fromStart, training: training)
        let result = try FolderLock.holding(training.folder) {
            let result = try study.run()
            try StudyPage(result).write(to: "\(training.folder)/sharing.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(SharingStudyText(result).text) }
    }
}
