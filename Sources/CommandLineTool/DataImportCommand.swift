import ArgumentParser
import Importers
import Multimodal

/// `highmmt data import`: makes a dataset from files as their publishers distribute them.
struct DataImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a dataset from the files that its publishers distribute.",
        discussion: """
            highmmt data list says which recipes there are.

            Examples:
              highmmt data import digits --from data/.packages/open --to data/open/digits
              highmmt data import avmnist --from raw --to data/field/avmnist --option image-energy=0.5
            """)

    @Argument(help: "The recipe.")
    var recipe: String

    @Option(name: .customLong("from"), help: ArgumentHelp("Folder of the publishers' files.", valueName: "dir"))
    var source: String

    @Option(name: .customLong("to"), help: ArgumentHelp("Folder of the dataset.", valueName: "dir"))
    var destination: String

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp("An option of the recipe; may be given several times.", valueName: "name=number"))
    var options: [String] = []

    @Flag(help: "Replace a dataset in the destination that this recipe did not make.")
    var replace = false

    func run() throws {
        let progress = ImportProgress()
        let recipe = try RecipeCatalogue.recipe(named: recipe)
        let dataset = try recipe.run(from: source, to: destination, options: values(), replaces: replace) {
            progress.show($0)
        }
        progress.end()
        guard !recipe.parts.isEmpty else { return print(dataset.folder) }
        for part in recipe.parts { print("\(destination)/\(part)") }
    }

    private func values() throws -> [String: Double] {
        try options.reduce(into: [:]) { values, option in
            let sides = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2, let value = Double(sides[1]), value.isFinite else {
                throw ValidationError("--option \(option): expected name=number")
            }
            values[sides[0]] = value
        }
    }
}
