import ArgumentParser
import Files
import Reporting
import Studies

/// `highmmt study transfer`: leaves out every task once and transfers the others to it.
struct StudyTransferCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Leave out every task once: do more source tasks help it, and with how few labels?",
        discussion: """
            For every task, models of 0, 1, 2, … other tasks in a random order are fine-tuned on shares of its labels; \
            0 is training from scratch. The gain is the score minus that from scratch, paired by seed. The folder of \
            the study keeps the runs, transfer.json, transfer.csv and transfer.html. An interrupted study continues when the command \
            is repeated. highmmt transfer compares other starts of one transfer.

            Examples:
              highmmt study transfer Suites/open.yaml
              highmmt study transfer Suites/open.yaml --tasks diet,genotype --sources 1,4 --labels 0.5,1 --seeds 3
            """)

    @OptionGroup var options: StudyOptions

    @Option(help: ArgumentHelp("Tasks to leave out, separated by commas. (default: each once)", valueName: "names"))
    var tasks: String?

    @Option(
        help: ArgumentHelp(
            "Numbers of source tasks besides 0, separated by commas. (default: all)", valueName: "counts"))
    var sources: String?

    @Option(help: ArgumentHelp("Shares of the training labels, separated by commas.", valueName: "shares"))
    var labels = "0.01,0.05,0.1,1"

    func validate() throws { _ = (try CommaList.shares(labels, option: "--labels"), try counts()) }

    func run() throws {
        let (suite, training) = try options.prepared("transfer-study")
        let study = TransferStudy(
            suite, tasks: try tasks.map { try CommaList.items($0, option: "--tasks") }, sources: try counts(),
            labels: try CommaList.shares(labels, option: "--labels"), seeds: options.seeds, training: training)
        let result = try FolderLock.holding(training.folder) {
            let result = try study.run()
            try StudyPage(result).write(to: "\(training.folder)/transfer.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(TransferStudyText(result).text) }
    }

    private func counts() throws -> [Int]? {
        try sources.map { list in
            try CommaList.values(list, option: "--sources") { text in
                guard let count = Int(text), count > 0 else {
                    throw ValidationError("--sources has '\(text)'; expected whole numbers above 0")
                }
                return count
            }
        }
    }
}
