import ArgumentParser
import Reporting

/// `highmmt report`: writes the results of a run, or a comparison of runs, as a web page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write report.html and the model card of a run, or a page that compares runs.",
        discussion: """
            The page is one file without external resources: the answer and what to distrust, scores, predictions, \
            learning curves, what shares with what, heterogeneity, groups, pairs, time and size. The report of an \
            unfinished run is shorter. With several runs, the page compares their scores, sizes and times.

            Examples:
              highmmt report runs/open
              highmmt report runs/open runs/large --output comparison.html
            """)

    @Argument(help: ArgumentHelp("Folders of runs.", valueName: "run"))
    var runFolders: [String]

    @Option(help: ArgumentHelp("Page of a comparison. (default: comparison.html)", valueName: "file"))
    var output: String?

    func validate() throws {
        if output != nil, runFolders.count == 1 {
            throw ValidationError("--output needs several runs; the report of one run is in its folder")
        }
    }

    func run() throws {
        guard runFolders.count > 1 else {
            let report = try RunReport(run: runFolders[0])
            if report.hasCard { try ModelCard.write(ofRun: runFolders[0]) }
            return print(try report.write())
        }
        let page = output ?? "comparison.html"
        try RunComparison(runs: runFolders).write(to: page)
        print(page)
    }
}
