/// A table of text. The first column is left-aligned and the others are right-aligned.
struct TextTable {
    private var rows: [[String]]
    private let minimumWidths: [Int]
    private let gap: String
    private let hasRule: Bool

    /// Creates a table with a rule under its header.
    init(header: [String]) { self.init(header: header, minimumWidths: [], gap: "  ", hasRule: true) }

    /// Creates a table without a rule. Its columns have minimum widths, so that they align across
    /// tables.
    init(header: [String], minimumWidths: [Int], gap: String) {
        self.init(header: header, minimumWidths: minimumWidths, gap: gap, hasRule: false)
    }

    private init(header: [String], minimumWidths: [Int], gap: String, hasRule: Bool) {
        rows = [header]
        self.minimumWidths = minimumWidths
        self.gap = gap
        self.hasRule = hasRule
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// The header, the rule if there is one, and the rows.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            let longest = rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
            return max(longest, minimumWidths.indices.contains(column) ? minimumWidths[column] : 0)
        }
        func line(_ row: [String]) -> String {
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + padding : padding + text
            }.joined(separator: gap).trimmingTrailingSpaces
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: gap)
        return [line(rows[0])] + (hasRule ? [rule] : []) + rows.dropFirst().map(line)
    }

    var text: String { lines.joined(separator: "\n") }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
