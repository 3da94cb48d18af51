import Heterogeneity

extension Dendrogram {
    /// Returns the dendrogram as lines of text: one line per entry, the merges to its right and the
    /// heights below.
    ///
    /// Columns are in the order of the heights and not to scale, so that small heights remain
    /// distinguishable beside large ones.
    ///
    /// - Parameters:
    ///   - grouping: Precedes each entry with the number of its group, counted from 1. `nil` adds
    ///     no numbers.
    ///   - width: The width in columns of text.
    ///   - usesBoxCharacters: True to draw with box characters, false to draw with `-`, `|` and
    ///     `+`.
    public func drawing(grouping: Grouping? = nil, width: Int = 80, usesBoxCharacters: Bool = true) -> String {
        let order = leafOrder
        let labels = order.map { entry -> String in
            let name = names[entry].count > 40 ? names[entry].prefix(39) + "~" : names[entry]
            guard let grouping, entry < grouping.labels.count else { return name }
            let number = String(grouping.labels[entry] + 1)
            let digits = String(grouping.groupCount).count
            return String(repeating: " ", count: max(0, digits - number.count)) + "\(number)  \(name)"
        }
        let labelWidth = (labels.map(\.count).max() ?? 0) + 1
        let heights = Array(Set(merges.map(\.height))).sorted()
        let available = max(20, width - labelWidth - 4)
        let spacing = min(8, available / max(1, heights.count))
        var columns: [Double: Int] = [:]
        for (rank, height) in heights.enumerated() {
            columns[height] = 2 + (spacing > 0 ? rank * spacing : rank * available / heights.count)
        }

        var canvas = LineCanvas(rows: order.count, columns: (columns.values.max() ?? 2) + 3)
        var rows = Array(repeating: 0, count: names.count + merges.count)
        var ends = Array(repeating: 0, count: names.count + merges.count)
        for (row, entry) in order.enumerated() { rows[entry] = row }
        for (step, merge) in merges.enumerated() {
            let column = columns[merge.height] ?? 2
            for child in [merge.first, merge.second] {
                canvas.drawHorizontal(row: rows[child], from: ends[child], to: column)
            }
            let (top, bottom) = (min(rows[merge.first], rows[merge.second]), max(rows[merge.first], rows[merge.second]))
            canvas.drawVertical(column: column, from: top, to: bottom)
            rows[names.count + step] = (top + bottom) / 2
            ends[names.count + step] = column
        }
        if let root = rows.last, let end = ends.last, !merges.isEmpty {
            canvas.drawHorizontal(row: root, from: end, to: end + 2)
        }

        var lines = zip(labels, canvas.lines(usesBoxCharacters: usesBoxCharacters)).map { label, line in
            label + String(repeating: " ", count: labelWidth - label.count) + line
        }
        if spacing > 0 {
            lines.append(String(repeating: " ", count: labelWidth) + axis(heights, columns))
        } else if let first = heights.first, let last = heights.last {
            lines.append("heights from \(shortNumber(first)) to \(shortNumber(last))")
        }
        return lines.map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The entries from top to bottom, in an order in which no lines cross. Of two clusters, the
    /// one with the smallest entry comes first.
    var leafOrder: [Int] {
        let members = members
        var order: [Int] = []
        var open = [members.count - 1]
        while let cluster = open.popLast() {
            guard cluster >= names.count else {
                order.append(cluster)
                continue
            }
            let merge = merges[cluster - names.count]
            let firstIsUpper = (members[merge.first].first ?? 0) < (members[merge.second].first ?? 0)
            open += firstIsUpper ? [merge.second, merge.first] : [merge.first, merge.second]
        }
        return order
    }

    private func axis(_ heights: [Double], _ columns: [Double: Int]) -> String {
        var axis = ""
        for height in heights {
            let label = shortNumber(height)
            let start = max(0, (columns[height] ?? 0) - label.count / 2)
            guard axis.isEmpty || start > axis.count else { continue }
            axis += String(repeating: " ", count: start - axis.count) + label
        }
        return axis
    }
}

/// A grid of characters on which horizontal and vertical lines join.
private struct LineCanvas {
    private static let right: UInt8 = 1
    private static let left: UInt8 = 2
    private static let down: UInt8 = 4
    private static let up: UInt8 = 8

    private var cells: [[UInt8]]

    init(rows: Int, columns: Int) {
        cells = Array(repeating: Array(repeating: 0, count: columns), count: rows)
    }

    mutating func drawHorizontal(row: Int, from start: Int, to end: Int) {
        for column in start..<max(start, end) {
            cells[row][column] |= Self.right
            cells[row][column + 1] |= Self.left
        }
    }

    mutating func drawVertical(column: Int, from top: Int, to bottom: Int) {
        for row in top..<max(top, bottom) {
            cells[row][column] |= Self.down
            cells[row + 1][column] |= Self.up
        }
    }

    func lines(usesBoxCharacters: Bool) -> [String] {
        // Indexed by the sum of the directions in which a cell's lines leave it.
        let characters = Array(usesBoxCharacters ? " ╶╴─╷┌┐┬╵└┘┴│├┤┼" : " ---|+++|+++|+++")
        return cells.map { row in String(row.map { characters[Int($0)] }) }
    }
}
