import ArgumentParser

/// `highmmt data import`: converts raw files into a dataset.
struct DataImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Convert raw files into a dataset: your own table, or what a publisher distributes.",
        discussion: """
            Examples:
              highmmt data import table visits.csv --target outcome --to data/visits
              highmmt data import digits --from data/.packages/open --to data/open/digits
            """,
        subcommands: [DataImportTableCommand.self, DataImportRecipeCommand.self],
        defaultSubcommand: DataImportRecipeCommand.self)
}
