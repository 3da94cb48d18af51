import ArgumentParser
import Reporting

/// `highmmt report`: the page that tells what a run found.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write report.html of a run: scores, curves, heterogeneities, groups, pairs, speed.",
        discussion: """
            One file without outside resources, made from what the run holds; a run that is not finished gives a shorter page.

            Example:
              highmmt report runs/open
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    func run() throws { print(try RunReport(run: runFolder).write()) }
}
