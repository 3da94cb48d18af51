import ArgumentParser
import Importers
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

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let open = Set(RecipeCatalogue.open.map(\.name))
        let entries = RecipeCatalogue.all.map {
            Entry(
                name: $0.name, title: $0.title, source: $0.source, licence: $0.licence, citation: $0.citation,
                isOpen: open.contains($0.name),
                options: $0.options.map { .init(name: $0.name, text: $0.text, standard: $0.defaultValue) })
        }
        guard !json else { return try JSONOutput.print(entries) }
        for entry in entries {
            print("\(entry.name)\(entry.isOpen ? " (fetched by: highmmt data fetch open)" : "")")
            print("  \(entry.title)\n  source: \(entry.source)\n  licence: \(entry.licence)\n  cite: \(entry.citation)")
            for option in entry.options {
                print("  --option \(option.name)=\(option.standard): \(option.text)")
            }
        }
    }
}
