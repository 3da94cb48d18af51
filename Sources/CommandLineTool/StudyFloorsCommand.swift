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

    @Argument(help: "The suite: a YAML file.")
    var suite: String

    @Argument(help: ArgumentHelp("Keys of the suite to override.", valueName: "key=value"))
    var overrides: [String] = []

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let tasks = try Suite(file: suite, overrides: overrides).open(dataRoot: data.root, role: .train)
        let floors = try FloorStudy(tasks).run {
            Terminal.write("\($0.task): \($0.features) features, penalty \($0.penalty)\n")
        }
        guard !json else { return try JSONOutput.print(floors) }
        var table = TextTable(header: ["task", "metric", "floor", "chance", "validation", "features"])
        for floor in floors {
            for metric in floor.test.keys.sorted() {
                let isChosen = metric == floor.metric.rawValue
                table.add([
                    floor.task, metric, number(floor.test[metric]), number(floor.chance[metric]),
                    isChosen ? number(floor.validation) : "", isChosen ? "\(floor.features)" : "",
                ])
            }
        }
        print(table.text)
    }

    private func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }
}
