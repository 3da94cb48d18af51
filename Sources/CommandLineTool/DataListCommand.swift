import ArgumentParser
import Multimodal

/// `highmmt data list`: what can be fetched or imported.
struct DataListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the recipes: where each dataset comes from, its licence, how to cite it.",
        discussion: """
            Example:
              highmmt data list --json
            """)

    private struct Entry: Encodable {
        var name: String
        var title: String
        var source: String
        var licence: String
        var citation: String
        var isOpen: Bool

        enum CodingKeys: String, CodingKey {
            case name, title, source, licence, citation
            case isOpen = "open"
        }
    }

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let open = Set(RecipeCatalogue.open.map(\.name))
        let entries = RecipeCatalogue.all.map {
            Entry(
                name: $0.name, title: $0.title, source: $0.source, licence: $0.licence, citation: $0.citation,
                isOpen: open.contains($0.name))
        }
        guard !json else { return try JSONOutput.print(entries) }
        for entry in entries {
            print("\(entry.name)\(entry.isOpen ? " (fetched by: highmmt data fetch open)" : "")")
            print("  \(entry.title)\n  source: \(entry.source)\n  licence: \(entry.licence)\n  cite: \(entry.citation)")
        }
    }
}
