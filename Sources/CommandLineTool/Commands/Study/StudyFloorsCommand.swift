import ArgumentParser
import Multimodal
import Studies

/// `highmmt study floors`: scores simple models on the tasks of a suite.
struct StudyFloorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floors",
        abstract: "Score simple baselines, which any trained model should beat.",
        discussion: """
            For every task, a ridge regression, gradient-boosted trees and nearest neighbours use the mean and \
            standard deviation of each channel (for tables, the fields themselves). They are fitted on the training \
            split; the validation split selects their settings. Trees and neighbours need scikit-learn, which \
            scripts/setup-python installs. Without it they are skipped.

            Example:
              highmmt study floors Suites/field.yaml
            """)

    @Option(help: ArgumentHelp("Fit only this model: ridge, trees or neighbours. Repeatable.", valueName: "model"))
    var only: [FloorModel] = []

    @OptionGroup var suite: SuiteArguments

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let models = FloorModel.allCases.filter { only.isEmpty || only.contains($0) }
        let suite = try suite.read()
        let tasks = try suite.open(dataRoot: data.root, role: .train)
        let python: FloorPython.Availability =
            models.contains(where: \.needsPython)
            ? FloorPython.find(home: ProjectFolder.path(containing: "scripts/floors.py")) : .missing("not requested")
        let floors = try FloorStudy(tasks, models: models, python: python, suite: suite).run {
            Terminal.write(FloorsText.settings($0))
        }
        Terminal.write(FloorsText.skipped(floors))
        if json { try JSONOutput.print(floors) } else { print(FloorsText.table(floors, models: models)) }
    }
}
