import ArgumentParser
import Files
import Heterogeneity
import Reporting
import Studies
import Training

/// `highmmt study pairs`: fuses fewer pairs of streams, chosen in several ways.
struct StudyPairsCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs",
        abstract: "Fuse fewer pairs of streams: which are worth their time?",
        discussion: """
            Every model starts from stage 1 with all pairs and is fine-tuned with a share of them. The pairs are those \
            with the largest gain of fusion, those most heterogeneous to the others, random ones, or the random ones \
            that are best on the validation splits. Every stream keeps at least one pair, so \
            a task of n modalities keeps n - 1 pairs or more; shares that keep equally many count once. The table has the score and \
            the time of inference. The matrices and the gains are those that highmmt heterogeneity stored in a run. \
            The folder of the study keeps the runs, pairs.json, pairs.csv and pairs.html. An interrupted study \
            continues when the command is repeated.

            Examples:
              highmmt study pairs Suites/open.yaml --matrices runs/open
              highmmt study pairs Suites/open.yaml --shares 0.5 --draws 3 --seeds 3 --no-test
            """)

    @OptionGroup var options: StudyOptions

    @OptionGroup var matrices: MatricesOption

    @Option(help: ArgumentHelp("Shares of the pairs to fuse, below 1, separated by commas.", valueName: "shares"))
    var shares = "0.75,0.5,0.25"

    @Option(help: ArgumentHelp("Random choices of each seed.", valueName: "n"))
    var draws = 5

    func validate() throws {
        try CountOptions.check(["--draws": draws])
        guard try wantedShares().allSatisfy({ $0 < 1 }) else {
            throw ValidationError(
                "--shares has 1; expected shares below 1, since the model of all pairs is always included")
        }
    }

    func run() throws {
        let (suite, training) = try options.prepared("pairs")
        let study = PairStudy(
            suite, interactions: try matrices.matrix(.interactions, of: suite),
            diagnoses: try matrices.folder(of: suite).diagnoses(), shares: try wantedShares(),
            draws: draws, seeds: options.seeds, training: training)
        let result = try FolderLock.holding(training.folder) {
            let result = try study.run()
            try StudyPage(result).write(to: "\(training.folder)/pairs.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(PairStudyText(result).text) }
    }

    private func wantedShares() throws -> [Double] { try CommaList.shares(shares, option: "--shares") }
}
