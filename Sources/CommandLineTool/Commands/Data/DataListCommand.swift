import ArgumentParser
import Importers
import Multimodal

/// `highmmt data list`: lists the datasets that can be fetched or imported.
struct DataListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the recipes, with the source, licence and citation of each dataset.",
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
        var options: [Option]

        struct Option: Encodable {
            var name: String
            var text: String
            var standard: Double

            enum CodingKeys: String, CodingKey {
                case name, text
                case standard = "default"
            }
        }

        enum CodingKeys: String, CodingKey {
            case name, title, source, licence, citation, options
            case isOpen = "open"
        }
    }

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let open = Set(RecipeCatalogue.open.map(\.name))
        let entries = RecipeCatalogue.all.map {
            Entry(
                name: $0.name, title: $0.title, source: $0.source, licence: $0.licence, citation: $0.citation,
                isOpen: open.contains($0.name),
                options: $0.options.map { .init(name: $0.name, text: $0.text, standard: $0.defaultValue) })
        }
        if json {
            try JSONOutput.print(entries)
        } else {
            print(RecipesText(RecipeCatalogue.all, open: open).text)
        }
    }
}
