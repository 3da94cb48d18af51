import ArgumentParser
import Reporting

/// `highmmt report`: writes a run's results as a web page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write report.html for a run: scores, learning curves, heterogeneity, groups, pairs, speed.",
        discussion: """
            The page is one file without external resources. The report of an unfinished run is shorter.

            Example:
              highmmt report runs/open
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    func run() throws { print(try RunReport(run: runFolder).write()) }
}
