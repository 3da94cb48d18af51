import Multimodal

/// Recognises a table with several rows per sample: a series in the order of a time, or a set.
struct LongTableGuess {
    /// The description with the roles id, value and, for a series, time; `nil` for a table with one
    /// row per sample.
    let description: TableDescription?

    private static let timeNames: Set<String> = [
        "time", "timestamp", "datetime", "date", "hour", "minute", "second", "step", "frame", "t", "charttime",
    ]

    /// Looks for a column of ids that repeat, and a time that tells their rows apart.
    ///
    /// - Parameters:
    ///   - idNames: The usual names of ids, in lower case.
    ///   - groupNames: The usual names of groups, whose rows are a sample only if there is a time.
    init(
        _ table: RawTable, _ guessed: TableDescription, idNames: Set<String>, groupNames: Set<String>, _ cells: CellText
    ) {
        let targets = table.header.indices.filter { guessed.columns[table.header[$0]]?.role.isTarget ?? false }
        let times = table.header.indices.filter { column in
            Self.timeNames.contains(table.header[column].lowercased()) && !targets.contains(column)
                && table.rows.allSatisfy { row in
                    cells.present(row[column]).map { cells.number($0) != nil || Moment.seconds($0) != nil } ?? false
                }
        }
        for id in table.header.indices where idNames.union(groupNames).contains(table.header[id].lowercased()) {
            let members = Dictionary(grouping: table.rows.indices) { table.rows[$0][id] }.values.map { $0 }
            guard members.count < table.rows.count, members.count > 2 else { continue }
            func isConstant(_ column: Int) -> Bool {
                members.allSatisfy { rows in Set(rows.compactMap { cells.present(table.rows[$0][column]) }).count < 2 }
            }
            let time = times.first { time in
                time != id && members.allSatisfy { rows in Set(rows.map { table.rows[$0][time] }).count == rows.count }
            }
            let isSet =
                times.isEmpty && members.count * 2 <= table.rows.count
                && !groupNames.contains(table.header[id].lowercased())
            guard time != nil || isSet, !targets.isEmpty, targets.allSatisfy(isConstant) else { continue }
            description = Self.description(table, guessed, id: id, time: time, isConstant)
            return
        }
        description = nil
    }

    private static func description(
        _ table: RawTable, _ guessed: TableDescription, id: Int, time: Int?, _ isConstant: (Int) -> Bool
    ) -> TableDescription {
        var result = guessed
        for (column, name) in table.header.enumerated() {
            guard let role = result.columns[name]?.role else { continue }
            if column == id {
                result.columns[name]?.role = .id
            } else if column == time {
                result.columns[name]?.role = .time
            } else if role == .id {
                result.columns[name]?.role = .ignore
            } else if role != .ignore, !isConstant(column) {
                result.columns[name]?.role = role == .number ? .value : .ignore
            }
        }
        return result
    }
}
