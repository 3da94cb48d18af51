/// The table of a study, for files and for people.
public struct StudyTable: Sendable, Equatable {
    /// The names of the columns.
    public var header: [String]
    /// The rows; an empty text where a value is unknown.
    public var rows: [[String]]

    /// Creates a table.
    public init(header: [String], rows: [[String]]) {
        self.header = header
        self.rows = rows
    }

    /// The table as CSV with a line per row. Texts with commas or quotes are quoted.
    public var csv: String {
        ([header] + rows).map { row in
            row.map { text in
                text.contains { ",\"\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
            }.joined(separator: ",") + "\n"
        }.joined()
    }

    /// Returns a number for a file, with all its digits; empty for `nil`.
    static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
