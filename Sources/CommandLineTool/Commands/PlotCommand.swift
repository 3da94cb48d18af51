import ArgumentParser
import Files
import Reporting

/// `highmmt plot`: writes one drawing of a run's report as an SVG or PNG file.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Write one drawing of a run's report as an SVG or PNG file.",
        discussion: """
            Without a name, prints the names of the drawings that the run has. PNG has two pixels per unit of the \
            drawing and needs rsvg-convert (librsvg), Chromium or Google Chrome.

            Examples:
              highmmt plot runs/open
              highmmt plot runs/open modalities --output modalities.svg
              highmmt plot runs/open scores --png
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Argument(help: "Name of the drawing.")
    var name: String?

    /// The format of the file.
    enum Format: String, EnumerableFlag {
        case svg, png

        static func help(for value: Format) -> ArgumentHelp? {
            value == .svg ? "Write SVG." : "Write PNG."
        }
    }

    @Flag var format: Format = .svg

    @Option(help: ArgumentHelp("Write the drawing to a file. (default: NAME.svg or NAME.png)", valueName: "file"))
    var output: String?

    func run() throws {
        let report = try RunReport(run: runFolder)
        guard let name else { return report.plots.forEach { print($0.name) } }
        let drawing = try report.plot(name)
        let bytes =
            switch format {
            case .svg: Array(drawing.file.utf8)
            case .png: try PictureProgram.png(drawing.file, width: drawing.width, height: drawing.height)
            }
        let file = output ?? "\(name).\(format.rawValue)"
        try AtomicFile.write(bytes, to: file)
        print(file)
    }
}
