import Foundation
import Multimodal

/// The meaning of the text of a cell: missing, a number, or a name.
struct CellText: Sendable {
    /// The texts that pandas reads as missing.
    static let usualMissing = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ]

    private let missing: Set<String>
    private let hasDecimalComma: Bool

    /// Creates the meaning that a description states, with `.` as the decimal mark by default.
    init(_ description: TableDescription) {
        missing = Set(description.missing ?? Self.usualMissing).union([""])
        hasDecimalComma = description.decimal == ","
    }

    /// Returns the text without spaces around it; `nil` for a missing cell.
    func present(_ cell: String) -> String? {
        let isPadded = cell.utf8.first.map { $0 <= 0x20 } ?? false || cell.utf8.last.map { $0 <= 0x20 } ?? false
        let text = isPadded ? cell.trimmingCharacters(in: .whitespacesAndNewlines) : cell
        return missing.contains(text) ? nil : text
    }

    /// Returns the number that a text states, which may be infinite; `nil` if it states none.
    ///
    /// Thousands may be separated by commas, and a percent sign may follow: `45 %` states 45.
    func number(_ text: String) -> Double? {
        if text.utf8.last == UInt8(ascii: "%") {
            return number(text.dropLast().trimmingCharacters(in: .whitespaces))
        }
        guard text.utf8.contains(UInt8(ascii: ",")) else { return Self.plainNumber(text) }
        guard hasDecimalComma else { return Self.groupedNumber(text) }
        return text.utf8.contains(UInt8(ascii: "."))
            ? nil : Self.plainNumber(text.replacingOccurrences(of: ",", with: "."))
    }

    /// Returns the number of a text with groups of three digits, such as `1,234.5`.
    private static func groupedNumber(_ text: String) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let groups = parts[0].drop { "+-".contains($0) }.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped =
            (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
            && !parts.dropFirst().joined().contains(",")
            && groups.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        return isGrouped ? plainNumber(text.replacingOccurrences(of: ",", with: "")) : nil
    }

    private static func plainNumber(_ text: String) -> Double? {
        guard let first = text.utf8.first(where: { $0 != 0x2B && $0 != 0x2D }) else { return nil }
        let isDigit = (0x30...0x39).contains(first) || first == UInt8(ascii: ".")
        if !isDigit, !["inf", "infinity"].contains(text.lowercased().drop { "+-".contains($0) }) { return nil }
        return text.utf8.contains(UInt8(ascii: "x")) ? nil : Double(text)
    }

    /// Returns the name that a text states: whole numbers are written without decimals, as pandas
    /// adds them to columns with gaps.
    static func name(_ text: String) -> String {
        let digits = text.dropLast(2).drop { $0 == "-" }.utf8
        guard text.hasSuffix(".0"), !digits.isEmpty, digits.count + 3 >= text.utf8.count,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return text }
        return text == "-0.0" ? "0" : String(text.dropLast(2))
    }
}
