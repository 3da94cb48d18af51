import ArgumentParser
import Multimodal

/// `highmmt data`: gets, checks and shows datasets.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Fetch, import, check and look at datasets.",
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
