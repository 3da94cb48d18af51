import ArgumentParser
import Importers
import Multimodal

/// `highmmt data import recipe`: converts the files that a publisher distributes into a dataset.
struct DataImportRecipeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipe",
        abstract: "Convert the files that a publisher distributes into a dataset.",
        discussion: """
            highmmt data list shows the recipes and their options. The word recipe may be left out. What was left \
            out, replaced or converted is counted at the end.

            Examples:
              highmmt data import digits --from data/.packages/open --to data/open/digits
              highmmt data import avmnist --from raw --to data/field/avmnist --option image-energy=0.5
            """)

    @Argument(help: "The recipe.")
    var recipe: String

    @Option(name: .customLong("from"), help: ArgumentHelp("Folder of the publisher's files.", valueName: "dir"))
    var source: String

    @Option(name: .customLong("to"), help: ArgumentHelp("Folder of the dataset.", valueName: "dir"))
    var destination: String

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp("An option of the recipe. Repeatable.", valueName: "name=number"))
    var options: [String] = []

    @Flag(help: "Replace a dataset at the destination that this recipe did not make.")
    var replace = false

    @Flag(help: "Print what was imported as JSON.")
    var json = false

    private struct Report: Encodable {
        var folders: [String]
        var remarks: [ImportRemark]
    }

    func run() throws {
        InterruptSignal.discardsUnfinishedFolders()
        let progress = ImportProgress()
        let recipe = try RecipeCatalogue.recipe(named: recipe)
        var remarks: [ImportRemark] = []
        let dataset = try recipe.run(
            from: source, to: destination, options: values(), replaces: replace, progress: { progress.show($0) },
            remark: { remarks.append($0) })
        progress.end()
        let folders = recipe.parts.isEmpty ? [dataset.folder] : recipe.parts.map { "\(destination)/\($0)" }
        if json { return try JSONOutput.print(Report(folders: folders, remarks: remarks)) }
        if let text = ImportText(remarks).text { Terminal.write("note: \(text)\n") }
        for folder in folders { print(folder) }
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
