import ArgumentParser
import Files
import Heterogeneity
import Reporting
import Studies
import Training

/// `highmmt study sources`: transfers every task to every other one, and compares ways to choose
/// the source.
struct StudySourcesCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "Transfer each task to each other one: does heterogeneity choose a good source?",
        discussion: """
            Every task is learned from scratch, and after every other task as the only source, with shares of its \
            labels. Gains are shares between chance and perfection, over training from scratch, paired by seed. \
            Heterogeneity chooses the source from whose streams the measured transfers to the streams of the task are \
            least. The table compares its gain with the mean of the other sources, with the source that is best on the \
            validation split, and with the one that turned out best. The matrices are those that highmmt heterogeneity \
            stored in a run. The folder of the study keeps the runs, sources.json, sources.csv, choices.csv and \
            sources.html. An interrupted study continues when the command is repeated.

            Examples:
              highmmt study sources Suites/open.yaml --matrices runs/open
              highmmt study sources Suites/open.yaml --labels 0.01,0.1 --seeds 3 --no-test
            """)

    @OptionGroup var options: StudyOptions

    @OptionGroup var matrices: MatricesOption

    @Option(help: ArgumentHelp("Shares of the training labels, separated by commas.", valueName: "shares"))
    var labels = "0.05"

    func validate() throws { _ = try CommaList.shares(labels, option: "--labels") }

    func run() throws {
        let (suite, training) = try options.prepared("sources")
        let study = SourceStudy(
            suite, modalities: try matrices.matrix(.modalities, of: suite),
            labels: try CommaList.shares(labels, option: "--labels"),
            seeds: options.seeds, training: training)
        let result = try FolderLock.holding(training.folder) {
            let result = try study.run()
            try StudyPage(result).write(to: "\(training.folder)/sources.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(SourceStudyText(result).text) }
    }
}
