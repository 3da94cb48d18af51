extension HeterogeneityMatrix {
    /// Reads a matrix from CSV whose first line holds the names.
    ///
    /// A square of numbers without names, as NumPy's `savetxt` writes it, gets the names 1, 2, …
    /// Fields are separated by commas, semicolons or tabs; numbers without names, also by spaces.
    /// Each further line holds one row, with or without its name in front. The rows hold all
    /// values or one triangle. Rows of a lower triangle may stop at or before the diagonal, and
    /// its empty first row may be omitted. Rows of an upper triangle begin with blank fields.
    ///
    /// - Parameters:
    ///   - csv: The text.
    ///   - source: The name used in error messages, such as the file's name.
    ///   - units: The units of the distances, which CSV does not record.
    /// - Throws: ``MatrixError``, naming line and column, for text that is not a valid matrix.
    public init(csv: String, source: String? = nil, units: HeterogeneityUnits = .unspecified) throws {
        do {
            let table = try MatrixTable(csv)
            try self.init(
                names: table.names, cells: table.cells, standardErrorCells: nil, transfers: nil,
                transferStandardErrors: nil, imputed: [], units: units)
        } catch var error as MatrixError {
            error.source = source
            throw error
        }
    }

    /// The full matrix as CSV with row names. Each value has the fewest digits that restore it
    /// exactly.
    public var csv: String {
        func field(_ text: String) -> String {
            guard text.contains(where: { ",;\"".contains($0) }) || text.first == " " || text.last == " " else {
                return text
            }
            let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
            return "\"" + parts.joined(separator: "\"\"") + "\""
        }
        let header = ([""] + names.map(field)).joined(separator: ",")
        let rows = zip(names, values.rows).map { name, row in
            ([field(name)] + row.map { "\($0)" }).joined(separator: ",")
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }
}

/// The names and cells parsed from delimited text.
private struct MatrixTable {
    let names: [String]
    let cells: MatrixCells

    init(_ csv: String) throws {
        let records = try DelimitedText(csv).records
        guard let first = records.first else {
            throw MatrixError(problem: .malformed("empty text, expected a line of names and the rows of a matrix"))
        }
        // NumPy's savetxt writes a matrix without names.
        let hasNames = !Self.isSquareOfNumbers(records.map(\.fields))
        let header =
            hasNames ? first : DelimitedText.Record(line: 1, fields: first.fields.indices.map { "\($0 + 1)" })
        var rows = Array(records.dropFirst(hasNames ? 1 : 0))
        let hasRowNames = hasNames && Self.hasRowNames(header: header.fields, rows: rows.map(\.fields))
        var names = header.fields
        if hasRowNames, names.count > 1, names.first == "" || !Self.isHeaderWithoutCorner(names, rows.map(\.fields)) {
            names.removeFirst()
        }
        while names.last == "" { names.removeLast() }
        if hasRowNames {
            let omitsFirst =
                rows.count == names.count - 1 && names.count > 1 && rows.first?.fields.first == names[1]
            for (index, row) in rows.enumerated() {
                let name = row.fields.first ?? ""
                let expected = omitsFirst ? index + 1 : index
                if expected < names.count, name != names[expected] {
                    throw MatrixError(
                        place: "line \(row.line)", problem: .otherName(found: name, expected: names[expected]))
                }
                rows[index].fields.removeFirst()
            }
        }

        let firstColumn = hasRowNames ? 2 : 1
        var values: [[Double?]] = []
        for row in rows {
            var fields = row.fields
            while fields.count > names.count, fields.last == "" { fields.removeLast() }
            values.append(
                try fields.enumerated().map { column, field in
                    guard !field.isEmpty else { return nil }
                    guard let value = Double(field) else {
                        throw MatrixError(
                            place: "line \(row.line), column \(column + firstColumn)", problem: .notANumber(field))
                    }
                    return value
                }
            )
        }
        self.names = names
        let lines = rows.map(\.line)
        cells = MatrixCells(
            values,
            place: { row, column in
                "line \(lines.indices.contains(row) ? lines[row] : row + 2), column \(column + firstColumn)"
            },
            rowPlace: { row in "line \(lines.indices.contains(row) ? lines[row] : row + 2), values" }
        )
    }

    /// Returns true if all fields are numbers, with as many lines as columns.
    private static func isSquareOfNumbers(_ rows: [[String]]) -> Bool {
        rows.allSatisfy { $0.count == rows.count && $0.allSatisfy { Double($0) != nil } }
    }

    private static func hasRowNames(header: [String], rows: [[String]]) -> Bool {
        if header.first == "" { return true }
        let firsts = rows.map { $0.first ?? "" }
        if firsts == Array(header.dropFirst()) || firsts == header { return !firsts.isEmpty }
        return !firsts.isEmpty && firsts.allSatisfy { !$0.isEmpty && Double($0) == nil }
    }

    /// Returns true if the rows begin with names and the header has no field above them.
    private static func isHeaderWithoutCorner(_ header: [String], _ rows: [[String]]) -> Bool {
        if rows.map({ $0.first ?? "" }) == header { return true }
        return rows.contains { $0.count == header.count + 1 }
    }
}
