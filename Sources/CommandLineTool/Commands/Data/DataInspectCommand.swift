import ArgumentParser
import Multimodal

/// `highmmt data inspect`: summarises the content of a dataset.
struct DataInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract:
            "Summarise a dataset: modalities, ranges, missing values, sketches, classes, chance, samples in two splits.",
        discussion: """
            Sketches are in shades of gray on a terminal, in block characters elsewhere or with NO_COLOR, and in ASCII \
            when the locale is not UTF-8.

            Example:
              highmmt data inspect data/open/digits
            """)

    @Argument(help: "Folder of the dataset.")
    var folder: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let dataset = try Dataset(folder: folder)
        Terminal.writeRemarks(on: [dataset])
        let summary = try DatasetSummary(dataset)
        if json { try JSONOutput.print(summary) } else { print(summary.text(Terminal.sketchStyle)) }
    }
}
