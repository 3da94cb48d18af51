import Files
import Multimodal
import Torch

/// A table of text fields from a comma-separated file.
///
/// Fields may be enclosed in double quotes. Inside quotes a quote is doubled, and line ends are
/// part of the field (RFC 4180).
public struct CSVTable: Sendable {
    /// The path of the file, for messages.
    public let file: String
    /// The first row if the table was read with a header; otherwise empty.
    public let header: [String]
    /// The remaining rows, all with the same number of fields.
    public let rows: [[String]]
    /// The line, from 1, on which each row begins.
    private let lines: [Int]
    /// True if numbers may have a decimal comma, which only files with semicolons between fields
    /// have.
    private let hasDecimalCommas: Bool

    private static var maximumByteCount: Int { FileMemory.limit / 2 }

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - hasHeader: True when the first row contains the column names.
    ///   - separator: The ASCII character between fields. A file whose first line has semicolons
    ///     and no commas is read with semicolons in place of commas.
    /// - Throws: `FileError`; `ReaderError` naming file and line for rows of different lengths,
    ///   text that is not UTF-8, and an unterminated quote.
    public init(path: String, hasHeader: Bool, separator: Character = ",") throws {
        file = path
        let region = try ByteRegion(path: path)
        try region.checkText("a text table", file: path)
        guard region.count <= Self.maximumByteCount else {
            throw ReaderError(
                file: path,
                reason: "\(region.count) bytes, expected at most \(Self.maximumByteCount); \(FileMemory.advice)")
        }
        let usesSemicolons = separator == "," && region.withBytes(Self.hasSemicolonsOnly)
        hasDecimalCommas = usesSemicolons
        guard let separator = usesSemicolons ? UInt8(ascii: ";") : separator.asciiValue else {
            throw ReaderError(file: path, reason: "separator '\(separator)', expected an ASCII character")
        }
        var scanner = CSVScanner(file: path, separator: separator)
        try region.withBytes { try scanner.scan($0) }
        header = hasHeader ? scanner.rows.first ?? [] : []
        rows = hasHeader ? Array(scanner.rows.dropFirst()) : scanner.rows
        lines = hasHeader ? Array(scanner.lines.dropFirst()) : scanner.lines
    }

    /// Returns true if the first line has semicolons and no commas.
    private static func hasSemicolonsOnly(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let line = bytes.prefix { $0 != 0x0A }
        return line.contains(UInt8(ascii: ";")) && !line.contains(UInt8(ascii: ","))
    }

    /// Returns the index of a named column, from 0.
    ///
    /// - Throws: `ReaderError` when the header has no such name.
    public func column(_ name: String) throws -> Int {
        guard let column = header.firstIndex(of: name) else {
            throw ReaderError(
                file: file, position: .line(1),
                reason: "no column '\(name)'" + ClosestName.hint(for: name, among: header))
        }
        return column
    }

    /// Returns the line, from 1, on which a row begins.
    func line(ofRow row: Int) -> Int { lines[row] }

    /// Returns all fields of a row as numbers.
    ///
    /// - Parameter row: The index of the row, from 0, not counting the header.
    /// - Throws: `ReaderError` naming line and field when a field is not a finite number.
    public func numbers(ofRow row: Int) throws -> [Double] {
        try rows[row].enumerated().map { try number($0.element, row: row, column: $0.offset) }
    }

    /// Returns one field as a number.
    ///
    /// - Parameters:
    ///   - row: The index of the row, from 0, not counting the header.
    ///   - column: The index of the column, from 0.
    /// - Throws: `ReaderError` naming line and field when the field is not a finite number.
    public func number(row: Int, column: Int) throws -> Double {
        try number(rows[row][column], row: row, column: column)
    }

    private func number(_ text: String, row: Int, column: Int) throws -> Double {
        guard let value = value(of: text), value.isFinite else {
            throw ReaderError(
                file: file, position: .line(lines[row]),
                reason: "field \(column + 1): '\(text.prefix(40))', expected a finite number")
        }
        return value
    }

    /// Returns the number that a field states, with spaces around it; `nil` if it states none.
    private func value(of text: String) -> Double? {
        var trimmed = Substring(text)
        while trimmed.first == " " { trimmed.removeFirst() }
        while trimmed.last == " " { trimmed.removeLast() }
        return hasDecimalCommas && trimmed.contains(",")
            ? Double(trimmed.split(separator: ",", omittingEmptySubsequences: false).joined(separator: "."))
            : Double(trimmed)
    }

    /// True when every field of a row states a number.
    func hasNumbersOnly(row: Int) -> Bool { rows[row].allSatisfy { value(of: $0) != nil } }
}

/// Splits the bytes of a comma-separated file into rows of fields.
private struct CSVScanner {
    let file: String
    let separator: UInt8
    var rows: [[String]] = []
    var lines: [Int] = []
    private var line = 1
    private var firstLine = 1
    private var row: [String] = []
    private var field: [UInt8] = []
    private var isQuoted = false
    /// True after a quote in the row: a row of one empty field in quotes is a row.
    private var hasQuote = false

    init(file: String, separator: UInt8) {
        self.file = file
        self.separator = separator
    }

    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws {
        let quote = UInt8(ascii: "\"")
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A { line += 1 }
            if isQuoted {
                guard byte == quote else {
                    field.append(byte)
                    continue
                }
                if index < bytes.count, bytes[index] == quote {
                    field.append(quote)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == quote, field.isEmpty {
                (isQuoted, hasQuote) = (true, true)
            } else if byte == separator {
                try endField()
            } else if byte == 0x0A {
                if field.last == 0x0D { field.removeLast() }
                try endRow()
            } else {
                field.append(byte)
            }
        }
        guard !isQuoted else { throw failure("unterminated quote") }
        if !field.isEmpty || !row.isEmpty || hasQuote { try endRow() }
    }

    private mutating func endField() throws {
        guard let text = String(validating: field, as: UTF8.self) else { throw failure("text is not UTF-8") }
        row.append(text)
        field.removeAll(keepingCapacity: true)
    }

    private mutating func endRow() throws {
        defer { (firstLine, hasQuote) = (line, false) }
        if row.isEmpty, field.isEmpty, !hasQuote { return }
        try endField()
        if let first = rows.first, first.count != row.count {
            throw failure("\(row.count) fields, expected \(first.count) as in the first row")
        }
        rows.append(row)
        lines.append(firstLine)
        row = []
    }

    private func failure(_ reason: String) -> ReaderError {
        ReaderError(file: file, position: .line(firstLine), reason: reason)
    }
}
