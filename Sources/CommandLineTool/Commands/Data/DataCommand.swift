import ArgumentParser
import Multimodal

/// `highmmt data`: fetches, imports, validates and inspects datasets.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Fetch, import, validate and inspect datasets.",
        discussion: """
            Examples:
              highmmt data list
              highmmt data fetch open
              highmmt data inspect data/open/digits
            """,
        subcommands: [
            DataListCommand.self, DataFetchCommand.self, DataImportCommand.self, DataInspectCommand.self,
            DataValidateCommand.self,
        ])
}
