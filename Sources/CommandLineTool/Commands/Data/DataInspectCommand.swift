import ArgumentParser
import Multimodal

/// `highmmt data inspect`: what is in a dataset.
struct DataInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Sum up a dataset: modalities, ranges, gaps, pictures, classes, chance level, what is in two splits.",
        discussion: """
            Pictures are gray on terminals, of block characters elsewhere or with NO_COLOR, and of ASCII where the locale is \
            not UTF-8.

            Example:
              highmmt data inspect data/open/digits
            """)

    @Argument(help: "Folder of the dataset.")
    var folder: String

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let summary = try DatasetSummary(Dataset(folder: folder))
        if json { try JSONOutput.print(summary) } else { print(summary.text(Terminal.sketchStyle)) }
    }
}
