import Files
import Foundation
import Multimodal
import Torch

/// A table of text cells with named columns: CSV, TSV or JSON Lines.
struct RawTable: Sendable {
    /// The path of the file, for messages.
    let file: String
    /// The names of the columns, all different.
    let header: [String]
    /// The cells of each row, as many as there are columns.
    let rows: [[String]]
    /// The character between cells; `nil` for JSON Lines.
    let delimiter: Character?
    /// True for a list of files that is no file itself.
    let isListing: Bool
    /// The line of the file, from 1, on which each row begins.
    private let lines: [Int]
    private let places: [String: Int]

    /// Reads a table.
    ///
    /// - Parameter delimiter: The character between cells; `nil` looks at the file's ending and
    ///   first line.
    /// - Throws: `FileError`; `ReaderError` naming file, line and column.
    init(path: String, delimiter: Character? = nil) throws {
        let region = try ByteRegion(path: path)
        try region.checkText("a table: CSV, TSV or JSON Lines", file: path)
        let ending = (path as NSString).pathExtension.lowercased()
        if ["jsonl", "ndjson", "json"].contains(ending) {
            let records = try JSONRecords(path: path)
            try self.init(file: path, header: records.header, rows: records.rows, lines: records.lines, delimiter: nil)
            return
        }
        let separator = delimiter ?? (["tsv", "tab"].contains(ending) ? "\t" : region.withBytes(Self.separator))
        let table = try CSVTable(path: path, hasHeader: true, separator: separator)
        try self.init(
            file: path, header: table.header.map { $0.trimmingCharacters(in: .whitespaces) }, rows: table.rows,
            lines: table.rows.indices.map(table.line), delimiter: separator)
    }

    /// Creates a table of files, whose names are the ids.
    ///
    /// - Parameters:
    ///   - names: The names of the files.
    ///   - folder: The folder of the files; empty for the current one.
    ///   - column: The column of the files.
    ///   - id: The column of the ids.
    init(files names: [String], in folder: String, column: String, id: String) {
        file = folder.isEmpty ? "files" : "\(folder)/files"
        // A column of files called "file" is that of the ids, too.
        let columns = id == column ? [column] : [id, column]
        header = columns
        rows = names.map { Array(repeating: $0, count: columns.count) }
        lines = Array(1...max(1, names.count))
        places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
        isListing = true
        delimiter = nil
    }

    private init(file: String, header: [String], rows: [[String]], lines: [Int], delimiter: Character?) throws {
        self.file = file
        self.header = header
        self.rows = rows
        self.lines = lines
        self.delimiter = delimiter
        isListing = false
        var places: [String: Int] = [:]
        for (index, name) in header.enumerated() {
            if let first = places.updateValue(index, forKey: name) {
                throw ReaderError(
                    file: file, position: .line(1),
                    reason: "columns \(first + 1) and \(index + 1) are both named '\(name.prefix(60))'")
            }
        }
        self.places = places
        guard !header.isEmpty else { throw ReaderError(file: file, reason: "no header with the names of columns") }
        guard !rows.isEmpty else { throw ReaderError(file: file, reason: "no rows below the header") }
    }

    /// True when the table has a column.
    func has(_ name: String) -> Bool { places[name] != nil }

    /// Returns the index of a column, from 0.
    ///
    /// - Throws: `ReaderError` that names the column and the closest one.
    func column(_ name: String) throws -> Int {
        guard let place = places[name] else {
            throw ReaderError(
                file: file, position: .line(1),
                reason: "no column '\(name.prefix(60))'" + ClosestName.hint(for: name, among: Array(header.prefix(30))))
        }
        return place
    }

    /// Returns an error about one cell.
    func failure(row: Int, column: Int, _ reason: String) -> ReaderError {
        ReaderError(
            file: file, position: .line(lines[row]), reason: "column '\(header[column].prefix(60))': \(reason)")
    }

    /// True when cells such as `1,5` occur in a table that has no comma between its cells, and no
    /// cell such as `1.5`. Only beside semicolons, which programs write where commas are decimal
    /// marks, does `1,234` count as such a cell; elsewhere it is a thousand.
    var hasDecimalComma: Bool {
        guard let delimiter, delimiter != "," else { return false }
        var comma = TableDescription()
        comma.decimal = ","
        let (points, commas) = (CellText(TableDescription()), CellText(comma))
        var found = false
        for row in rows.prefix(200) {
            for cell in row where cell.utf8.count < 40 {
                if cell.utf8.contains(UInt8(ascii: ".")), points.number(cell) != nil { return false }
                if cell.utf8.contains(UInt8(ascii: ",")), commas.number(cell) != nil,
                    delimiter == ";" || points.number(cell) == nil
                {
                    found = true
                }
            }
        }
        return found
    }

    /// The separators that are recognised.
    static let separators: [Character] = [",", ";", "\t", "|"]

    /// Returns the most frequent of the usual separators in the first line.
    private static func separator(_ bytes: UnsafeRawBufferPointer) -> Character {
        let candidates = separators
        var counts = [Int](repeating: 0, count: candidates.count)
        var isQuoted = false
        for byte in bytes.prefix(1 << 20) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A { break }
            if let place = candidates.firstIndex(where: { $0.asciiValue == byte }) { counts[place] += 1 }
        }
        let best = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
        return candidates[best]
    }
}
