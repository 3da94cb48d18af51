import Files
import Multimodal

/// The samples of a raw table: one per row, or one per id in a table with several rows per sample.
struct TableSamples: Sendable {
    /// The table.
    let table: RawTable
    /// The meaning of cells.
    let cells: CellText
    /// The rows of each sample, in the order of time.
    let rows: [[Int]]
    /// The time of each of these rows; `nil` if no column states it.
    let times: [[Double]]?

    /// Finds the samples of a table.
    ///
    /// - Throws: `ReaderError` naming line and column for an id or a time that is missing or
    ///   unreadable, and for a cell that differs from another one of its sample.
    init(_ table: RawTable, _ description: TableDescription) throws {
        self.table = table
        cells = CellText(description)
        let time = Self.name(of: .time, in: description)
        guard let name = time ?? Self.name(of: .value, in: description) else {
            rows = table.rows.indices.map { [$0] }
            times = nil
            return
        }
        guard let id = Self.name(of: .id, in: description) else {
            let role = time == nil ? "one of several values" : "the time of a row"
            throw ReaderError(
                file: table.file, reason: "column '\(name)' is \(role), but no column is the id of its sample")
        }
        let members = try Self.members(of: table, cells, id: table.column(id), time: time.map(table.column))
        rows = members.map { $0.map(\.row) }
        times = time == nil ? nil : members.map { $0.map(\.time) }
        for (name, column) in description.columns where ![.time, .value, .ignore].contains(column.role) {
            guard table.has(name) else { continue }
            try checkConstant(table.column(name))
        }
    }

    private static func name(of role: ColumnRole, in description: TableDescription) -> String? {
        description.columns.filter { $0.value.role == role }.keys.min()
    }

    /// Returns the rows of each sample with their times, which are 0 without a column of times.
    private static func members(
        of table: RawTable, _ cells: CellText, id: Int, time: Int?
    ) throws -> [[(time: Double, row: Int)]] {
        var places: [String: Int] = [:]
        var found: [[(time: Double, row: Int)]] = []
        for (row, fields) in table.rows.enumerated() {
            guard let name = cells.present(fields[id]) else {
                throw table.failure(row: row, column: id, "missing, expected the id of a sample")
            }
            let moment = try time.map { try Self.moment(of: table, cells, row: row, $0) } ?? 0
            let place = places[name] ?? found.count
            if place == found.count {
                places[name] = place
                found.append([])
            }
            found[place].append((moment, row))
        }
        return found.map { $0.sorted { ($0.time, $0.row) < ($1.time, $1.row) } }
    }

    private static func moment(of table: RawTable, _ cells: CellText, row: Int, _ column: Int) throws -> Double {
        let cell = table.rows[row][column]
        guard let text = cells.present(cell), let moment = cells.number(text) ?? Moment.seconds(text), moment.isFinite
        else {
            throw table.failure(
                row: row, column: column, "'\(cell.prefix(40))', expected a number or 2024-01-31 23:59:59")
        }
        return moment
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

    /// True when a sample has a value of a column; an infinite number is none.
    func hasValue(_ sample: Int, _ column: Int, isNumber: Bool) -> Bool {
        rows[sample].contains { row in
            guard let text = cells.present(table.rows[row][column]) else { return false }
            return !isNumber || cells.number(text).map { Float($0).isFinite } ?? true
        }
    }

    /// Returns how often each text that is not empty stands for a missing cell of a column.
    func namedMissing(_ column: Int) -> [String: Int] {
        rows.joined().reduce(into: [:]) { counts, row in
            let text = table.rows[row][column].trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty, cells.present(text) == nil { counts[text, default: 0] += 1 }
        }
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
        guard abs(Float(value)) <= DatasetSplit.largest else {
            throw table.failure(
                row: row, column: column,
                "'\(text.prefix(40))' is outside of ±1e18; a fill value belongs under missing, an identifier is no input"
            )
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

    /// Reads the file of a cell; `nil` if the cell is missing.
    ///
    /// - Parameter read: Receives the path of the file.
    /// - Throws: The errors of `read`, with the line and the column of the cell before them.
    func file<Content>(_ sample: Int, _ column: Int, _ read: (String) throws -> Content) throws -> Content? {
        guard let cell = text(sample, column) else { return nil }
        if !table.isListing, let problem = CellPath.problem(cell, of: table) { throw failure(sample, column, problem) }
        do {
            return try read(CellPath.path(cell, of: table))
        } catch {
            throw table.isListing ? error : failure(sample, column, error.oneLine)
        }
    }

    /// Returns an error about a sample's cell.
    func failure(_ sample: Int, _ column: Int, _ reason: String) -> ReaderError {
        table.failure(row: rows[sample].first ?? 0, column: column, reason)
    }
}
