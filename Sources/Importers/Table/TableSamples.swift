import Multimodal

/// The samples of a raw table: one per row, or one per id in a table with several rows per sample.
struct TableSamples: Sendable {
    /// The table.
    let table: RawTable
    /// The meaning of cells.
    let cells: CellText
    /// The rows of each sample, in the order of time.
    let rows: [[Int]]

    /// Finds the samples of a table.
    ///
    /// - Throws: `ReaderError` naming line and column for an id or a time that is missing or
    ///   unreadable, and for a cell that differs from another one of its sample.
    init(_ table: RawTable, _ description: TableDescription) throws {
        self.table = table
        cells = CellText(description)
        guard let time = Self.name(of: .time, in: description) else {
            rows = table.rows.indices.map { [$0] }
            return
        }
        guard let id = Self.name(of: .id, in: description) else {
            throw ReaderError(
                file: table.file, reason: "column '\(time)' is the time of a row, but no column is the id of its sample"
            )
        }
        rows = try Self.rows(of: table, cells, id: table.column(id), time: table.column(time))
        for (name, column) in description.columns where ![.time, .value, .ignore].contains(column.role) {
            guard table.has(name) else { continue }
            try checkConstant(table.column(name))
        }
    }

    private static func name(of role: ColumnRole, in description: TableDescription) -> String? {
        description.columns.filter { $0.value.role == role }.keys.min()
    }

    private static func rows(of table: RawTable, _ cells: CellText, id: Int, time: Int) throws -> [[Int]] {
        var places: [String: Int] = [:]
        var found: [[(time: Double, row: Int)]] = []
        for (row, fields) in table.rows.enumerated() {
            guard let name = cells.present(fields[id]) else {
                throw table.failure(row: row, column: id, "missing, expected the id of a sample")
            }
            guard let text = cells.present(fields[time]), let moment = cells.number(text) ?? Moment.seconds(text),
                moment.isFinite
            else {
                throw table.failure(
                    row: row, column: time, "'\(fields[time].prefix(40))', expected a number or 2024-01-31 23:59:59")
            }
            let place = places[name] ?? found.count
            if place == found.count {
                places[name] = place
                found.append([])
            }
            found[place].append((moment, row))
        }
        return found.map { rows in rows.sorted { ($0.time, $0.row) < ($1.time, $1.row) }.map(\.row) }
    }

    private func checkConstant(_ column: Int) throws {
        for members in rows {
            var first: String?
            for row in members {
                guard let text = cells.present(table.rows[row][column]) else { continue }
                if let first, first != text {
                    throw table.failure(
                        row: row, column: column,
                        "'\(text.prefix(40))', but '\(first.prefix(40))' in another row of the same sample; give the "
                            + "column the role value if it changes in time")
                }
                first = text
            }
        }
    }

    /// The number of samples.
    var count: Int { rows.count }

    /// Returns the text of a cell; `nil` if it is missing.
    func text(_ sample: Int, _ column: Int) -> String? {
        for row in rows[sample] {
            if let text = cells.present(table.rows[row][column]) { return text }
        }
        return nil
    }

    /// Returns the number of a row's cell; `nil` if it is missing or infinite, which is counted.
    ///
    /// - Throws: `ReaderError` naming line and column for a text that is no number.
    func number(row: Int, _ column: Int, tally: inout TableTally) throws -> Double? {
        guard let text = cells.present(table.rows[row][column]) else { return nil }
        guard let value = cells.number(text) else {
            throw table.failure(
                row: row, column: column,
                "'\(text.prefix(40))', expected a number; if it stands for a missing one, list it under missing")
        }
        guard Float(value).isFinite else {
            tally.add(.infinite, table.header[column])
            return nil
        }
        return value
    }

    /// Returns the number of a sample; `nil` if it is missing or infinite, which is counted.
    ///
    /// - Throws: As ``number(row:_:tally:)``.
    func number(_ sample: Int, _ column: Int, tally: inout TableTally) throws -> Double? {
        for row in rows[sample] {
            if let value = try number(row: row, column, tally: &tally) { return value }
        }
        return nil
    }

    /// Returns an error about a sample's cell.
    func failure(_ sample: Int, _ column: Int, _ reason: String) -> ReaderError {
        table.failure(row: rows[sample].first ?? 0, column: column, reason)
    }
}
