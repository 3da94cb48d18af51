import ArgumentParser
import Files
import Reporting
import Studies

/// `highmmt study scaling`: asks whether more modalities and more tasks help the others.
struct StudyScalingCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Add modalities, and tasks, one at a time: do the scores of the others rise?",
        discussion: """
            Every seed has its own random order. In orders of modalities, all tasks start with one modality, and one \
            modality of one task is added at each step. In orders of tasks, one task is added at each step. Scores are \
            shares between chance and perfection. The table gives the share of steps in which a score rises, and the \
            mean change per step with its standard error over orders. The folder of the study keeps the runs, \
            scaling.json, scaling.csv and scaling.html. An interrupted study continues when the command is repeated.

            Examples:
              highmmt study scaling Suites/open.yaml
              highmmt study scaling Suites/open.yaml --only tasks --seeds 10
            """)

    @OptionGroup var options: StudyOptions

    @Option(help: "Add only modalities or tasks. (default: both)")
    var only: ScalingStudy.Axis?

    func run() throws {
        let (suite, training) = try options.prepared("scaling")
        let study = ScalingStudy(
            suite, orders: options.seeds, axes: only.map { [$0] } ?? ScalingStudy.Axis.allCases, training: training)
        let results = try FolderLock.holding(training.folder) {
            let results = try study.run()
            try StudyPage(results, suite: suite.name, split: options.noTest ? .valid : .test)
                .write(to: "\(training.folder)/scaling.html")
            return results
        }
        if options.json { try JSONOutput.print(results) } else { print(ScalingStudyText(results).text) }
    }
}
