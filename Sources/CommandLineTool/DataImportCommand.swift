import ArgumentParser
import Multimodal

/// `highmmt data import`: makes a dataset from files as their publishers distribute them.
struct DataImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a dataset from the files that its publishers distribute.",
        discussion: """
            highmmt data list says which recipes there are.

            Example:
              highmmt data import digits --from data/.packages/open --to data/open/digits
            """)

    @Argument(help: "The recipe.")
    var recipe: String

    @Option(name: .customLong("from"), help: ArgumentHelp("Folder of the publishers' files.", valueName: "dir"))
    var source: String

    @Option(name: .customLong("to"), help: ArgumentHelp("Folder of the dataset.", valueName: "dir"))
    var destination: String

    func run() throws {
        let dataset = try RecipeCatalogue.recipe(named: recipe).run(from: source, to: destination)
        print(dataset.folder)
    }
}
