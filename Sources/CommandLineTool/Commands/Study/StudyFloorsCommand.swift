import ArgumentParser
import Multimodal
import Studies

/// `highmmt study floors`: what a simple model scores on the tasks of a suite.
struct StudyFloorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floors",
        abstract: "Score a ridge regression on simple statistics: what any model should beat.",
        discussion: """
            For every task, a linear model of the mean and deviation of each channel (of the fields themselves for tables), \
            fitted on the training split with the penalty that the validation split prefers.

            Example:
              highmmt study floors Suites/field.yaml
            """)

    @OptionGroup var suite: SuiteArguments

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let tasks = try suite.read().open(dataRoot: data.root, role: .train)
        let floors = try FloorStudy(tasks).run {
            Terminal.write("\($0.task): \($0.features) features, penalty \($0.penalty)\n")
        }
        if json { try JSONOutput.print(floors) } else { print(FloorsText(floors).text) }
    }
}
