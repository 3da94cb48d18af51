import ArgumentParser
import Files
import Reporting

/// `highmmt plot`: writes one drawing of a run's report as an SVG file.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Write one drawing of a run's report as an SVG file.",
        discussion: """
            Without a name, prints the names of the drawings that the run has.

            Examples:
              highmmt plot runs/open
              highmmt plot runs/open modalities --output modalities.svg
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Argument(help: "Name of the drawing.")
    var name: String?

    @Option(help: ArgumentHelp("Write the drawing to a file. (default: NAME.svg)", valueName: "file"))
    var output: String?

    func run() throws {
        let report = try RunReport(run: runFolder)
        guard let name else { return report.plots.forEach { print($0.name) } }
        let file = output ?? "\(name).svg"
        try AtomicFile.write(Array(try report.plot(name).file.utf8), to: file)
        print(file)
    }
}
