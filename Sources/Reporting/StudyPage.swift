import Files
import Foundation

/// A page with the result of a study: the question, drawings with standard errors, and tables.
///
/// The page is one file without external resources. The same result always gives the same page.
public struct StudyPage {
    /// A part of the page.
    public struct Section {
        /// The title.
        public var title: String
        /// An explanation of what the part shows.
        public var text: String
        /// The drawing; `nil` for none.
        public var drawing: Drawing?
        /// The names of the columns of the table.
        public var header: [String]
        /// The rows of the table; without rows, the page has no table here.
        public var rows: [[String]]

        /// Creates a part of a page.
        public init(
            _ title: String, text: String, drawing: Drawing? = nil, header: [String] = [], rows: [[String]] = []
        ) {
            self.title = title
            self.text = text
            self.drawing = drawing
            self.header = header
            self.rows = rows
        }

        fileprivate var html: String {
            let parts = [
                text.isEmpty ? "" : "<p>\(Markup.escaped(text))</p>", drawing?.html ?? "",
                rows.isEmpty ? "" : Markup.table(header, rows),
            ]
            return
                "<section><h2>\(Markup.escaped(title))</h2>\(parts.filter { !$0.isEmpty }.joined(separator: "\n"))</section>"
        }
    }

    /// The name of the suite or of the study.
    public var title: String
    /// The question that the study asks.
    public var question: String
    /// The conditions of the study: the split and the number of seeds.
    public var conditions: String
    /// The parts of the page.
    public var sections: [Section]

    /// Creates a page.
    public init(title: String, question: String, conditions: String, sections: [Section]) {
        self.title = title
        self.question = question
        self.conditions = conditions
        self.sections = sections
    }

    /// The page as HTML.
    public var html: String {
        RunReport.page(
            title: title,
            body: """
                <h1>\(Markup.escaped(title))</h1>
                <p class="sum">\(Markup.escaped(question))</p>
                <p>\(Markup.escaped(conditions))</p>
                \(sections.map(\.html).joined(separator: "\n"))
                """)
    }

    /// Writes the page.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(to path: String) throws { try AtomicFile.write(Array(html.utf8), to: path) }
}
