import Files
import Foundation

/// A page with the results of a run: the answer and what limits it, scores, predictions in detail,
/// training curves, heterogeneity with standard errors, groups, pairs and speed.
///
/// The page is one file without external resources. Except for measured times, the same run always
/// gives the same page.
public struct RunReport {
    let run: ReportedRun
    let path: String

    /// Reads the files of a run.
    ///
    /// - Parameter path: The folder of the run.
    /// - Throws: ``ReportError``, naming the file, for a file that cannot be read or is invalid,
    ///   and for a folder with nothing to report; `FileError` when scores are damaged.
    public init(run path: String) throws {
        run = try ReportedRun(path: path)
        self.path = path
    }

    /// True if the run has what a model card needs: scores, and the description of the model.
    public var hasCard: Bool { run.representative != nil && run.model != nil }

    /// Returns the path of a run's page.
    public static func path(of run: String) -> String { "\(run)/report.html" }

    /// Writes `report.html` into the run's folder.
    ///
    /// - Returns: The path of the file.
    /// - Throws: `FileError` when the file cannot be written.
    @discardableResult
    public func write() throws -> String {
        let file = Self.path(of: path)
        try AtomicFile.write(Array(html.utf8), to: file)
        return file
    }

    /// The page as HTML.
    public var html: String {
        let sections: [(id: String, title: String, body: String)] = [
            ("scores", "Scores", scores), ("predictions", "Predictions", predictions), ("training", "Training", curves),
            ("sharing", "What shares with what", sharing),
            ("modalities", "Modality heterogeneity", matrix("modalities")),
            ("interactions", "Interaction heterogeneity", matrix("interactions")), ("groups", "Groups", groups),
            ("pairs", "Information in pairs of modalities", pairs),
            ("robustness", "Noise and missing modalities", robustness), ("costs", "Time, memory and size", costs),
            ("again", "Reproducing this run", repeating),
        ].filter { !$0.body.isEmpty }
        let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" }.joined(separator: " ")
        return Self.page(
            title: run.scores.first?.scores.suite ?? "run",
            body: head + "\n<nav>\(links)</nav>\n"
                + sections.map { "<section id=\"\($0.id)\"><h2>\($0.title)</h2>\($0.body)</section>" }
                .joined(separator: "\n"))
    }

    /// Returns a page with one sentence, for a run that has nothing to report yet.
    public static func notice(_ text: String) -> String { page(title: "run", body: "<p>\(Markup.escaped(text))</p>") }

    /// Returns a whole page.
    static func page(title: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <link rel="icon" href="data:,"><title>\(Markup.escaped(title)) · HighMMT</title><style>\(style)</style></head><body>
        <main>\(body)</main>
        <script type="module">\(script)</script>
        </body></html>

        """
    }

    /// Returns the entries ordered by group. Entries in no group come last, in their original
    /// order.
    func ordered(_ names: [String], by groups: [[String]]?) -> [Int] {
        let places = (groups ?? []).enumerated().reduce(into: [String: Int]()) { places, group in
            for name in group.element { places[name] = group.offset }
        }
        return names.indices.sorted { first, second in
            let (a, b) = (places[names[first]] ?? Int.max, places[names[second]] ?? Int.max)
            return a == b ? first < second : a < b
        }
    }
}
