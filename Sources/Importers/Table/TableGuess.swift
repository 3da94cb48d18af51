import Foundation
import Multimodal

/// The roles of a table's columns, guessed from their names and cells.
struct TableGuess {
    private(set) var description = TableDescription()
    private let table: RawTable

    /// Rows that are looked at, evenly spaced.
    private static let mostRows = 20_000
    private static let groupNames: Set<String> = [
        "subject", "patient", "participant", "person", "speaker", "user", "group", "subject_id", "patient_id",
        "participant_id", "person_id", "speaker_id", "user_id", "group_id",
    ]
    private static let idNames: Set<String> = [
        "", "id", "index", "uuid", "key", "row", "sample", "sample_id", "unnamed: 0",
    ]
    private static let targetNames = ["target", "label", "class", "y"]
    private static let splitNames: Set<String> = ["split", "subset", "partition", "set", "fold"]

    /// Guesses a description.
    ///
    /// - Parameters:
    ///   - targets: The columns to predict.
    ///   - name: The name of the dataset.
    /// - Throws: `ReaderError` that names a target that the table lacks, or asks for one.
    init(_ table: RawTable, targets: [String], name: String) throws {
        self.table = table
        for target in targets { _ = try table.column(target) }
        description.name = name
        description.decimal = table.hasDecimalComma ? "," : nil
        let cells = CellText(description)
        let series = SeriesGuess(table, cells, except: Set(targets))
        for (index, column) in table.header.enumerated() where !series.columns.contains(column) {
            let role: ColumnRole =
                targets.contains(column) ? .target : ColumnGuess(texts(of: index, cells), cells, name: column).role
            description.columns[column] = TableColumn(role)
        }
        for group in series.groups {
            let name = group.count == 1 ? group[0] : "series"
            let modality = NameOrder.unused(name.isEmpty ? "series" : name, among: description.modalities.keys)
            description.modalities[modality] = TableModality(columns: [], series: group)
        }
        guessByName(cells)
        guessID(cells)
        try guessTarget()
        let long = LongTableGuess(table, description, idNames: Self.idNames, groupNames: Self.groupNames, cells)
        description = long.description ?? description
    }

    /// The cells of a column that are not missing, of the rows that are looked at.
    private func texts(of column: Int, _ cells: CellText) -> [String] {
        let step = max(1, table.rows.count / Self.mostRows)
        return stride(from: 0, to: table.rows.count, by: step).compactMap { cells.present(table.rows[$0][column]) }
    }

    /// The cells of a column that are not missing, of all rows: whether names recur shows only
    /// there.
    private func allTexts(of column: Int, _ cells: CellText) -> [String] {
        table.rows.compactMap { cells.present($0[column]) }
    }

    /// Recognises splits, groups and ids by their usual names.
    private mutating func guessByName(_ cells: CellText) {
        for (index, name) in table.header.enumerated() {
            guard let role = description.columns[name]?.role, !role.isTarget else { continue }
            let lowercased = name.lowercased()
            // Names of persons who occur twice are no category, but still persons.
            if role == .ignore, !Self.idNames.contains(lowercased), !Self.groupNames.contains(lowercased) { continue }
            guard [Self.splitNames, Self.groupNames, Self.idNames].contains(where: { $0.contains(lowercased) }) else {
                continue
            }
            let texts = allTexts(of: index, cells)
            let distinct = Set(texts)
            if Self.splitNames.contains(lowercased), distinct.allSatisfy({ TableSplits.split(named: $0) != nil }) {
                if !distinct.isEmpty { description.columns[name]?.role = .split }
            } else if Self.groupNames.contains(lowercased), distinct.count < texts.count, distinct.count > 2 {
                description.columns[name]?.role = .group
            } else if Self.idNames.contains(lowercased) || Self.groupNames.contains(lowercased),
                distinct.count == table.rows.count, !description.columns.values.contains(where: { $0.role == .id })
            {
                description.columns[name]?.role = .id
            }
        }
    }

    /// A column whose cells are all different names the samples, unless another one does.
    private mutating func guessID(_ cells: CellText) {
        guard !description.columns.values.contains(where: { $0.role == .id }) else { return }
        for (index, name) in table.header.enumerated() where description.columns[name]?.role == .ignore {
            guard Set(allTexts(of: index, cells)).count == table.rows.count else { continue }
            description.columns[name]?.role = .id
            return
        }
    }

    private mutating func guessTarget() throws {
        guard !description.columns.values.contains(where: \.role.isTarget) else { return }
        let name = table.header.first { Self.targetNames.contains($0.lowercased()) }
        guard let name, description.columns[name] != nil else {
            throw ReaderError(
                file: table.file, position: .line(1),
                reason: "no target; name the column to predict with --target, one of "
                    + table.header.prefix(30).joined(separator: ", "))
        }
        description.columns[name]?.role = .target
    }
}
