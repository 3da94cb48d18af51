import ArgumentParser
import Files
import Reporting
import Studies

/// `highmmt study interference`: asks which tasks help or harm which.
struct StudyInterferenceCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "interference",
        abstract: "Train every task alone, with each other task, and with all: who helps or harms whom?",
        discussion: """
            The change is the score together minus the score alone, paired by seed, as a share between chance and \
            perfection. The second table tells to how many tasks the parameters of the model of all tasks matter: a \
            parameter matters to a task when its root mean square gradient on validation samples is at least a tenth of \
            the usual one. The folder of the study keeps the runs, interference.json, interference.csv, involvement.csv \
            and interference.html. An interrupted study continues when the command is repeated.

            Examples:
              highmmt study interference Suites/open.yaml
              highmmt study interference Suites/open.yaml --seeds 3 --no-test
            """)

    @OptionGroup var options: StudyOptions

    func run() throws {
        let (suite, training) = try options.prepared("interference")
        let result = try FolderLock.holding(training.folder) {
            let result = try InterferenceStudy(suite, seeds: options.seeds, training: training).run()
            try StudyPage(result).write(to: "\(training.folder)/interference.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(InterferenceStudyText(result).text) }
    }
}
