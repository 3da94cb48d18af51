import Foundation
import Multimodal

/// The role of a column, guessed from its cells.
struct ColumnGuess {
    /// The guessed role; `ignore` for a column that a model cannot use.
    let role: ColumnRole

    /// More different names than this are not categories.
    private static let mostCategories = 50

    /// Guesses the role of a column from the cells that are not missing.
    init(_ texts: [String], _ cells: CellText, name: String) {
        let distinct = Set(texts)
        // A column of one value tells nothing.
        guard distinct.count > 1 else {
            let isFile = distinct.first.flatMap(Self.fileRole)
            role = isFile ?? .ignore
            return
        }
        if let file = Self.commonFileRole(distinct) {
            role = file
        } else if distinct.allSatisfy({ cells.number($0) != nil }) {
            role = Self.areCodes(distinct) ? Self.wordRole(texts, distinct) : .number
        } else if distinct.allSatisfy({ Moment.seconds($0) != nil }) {
            role = .ignore
        } else {
            let role = Self.wordRole(texts, distinct)
            // The import then names the cells that are no numbers, instead of losing the column.
            let hasDecimals = distinct.contains { cells.number($0).map { $0 != $0.rounded() } ?? false }
            self.role = role == .ignore && hasDecimals && Self.areMostlyNumbers(distinct, cells) ? .number : role
        }
    }

    /// True when nine of ten different cells are numbers.
    static func areMostlyNumbers(_ distinct: Set<String>, _ cells: CellText) -> Bool {
        distinct.count { cells.number($0) != nil } * 10 >= distinct.count * 9
    }

    /// Returns true for digits that are names, such as postal codes and account numbers: some begin
    /// with a zero or have more digits than a number keeps.
    private static func areCodes(_ distinct: Set<String>) -> Bool {
        guard distinct.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return false }
        return distinct.contains { $0.utf8.count > 15 || $0.utf8.count > 1 && $0.hasPrefix("0") }
    }

    /// Few names are categories; many are text if they have several words.
    private static func wordRole(_ texts: [String], _ distinct: Set<String>) -> ColumnRole {
        let words = distinct.reduce(0) { $0 + $1.split(separator: " ").count }
        let average = Double(words) / Double(max(1, distinct.count))
        let isRepeated = distinct.count * 2 <= texts.count
        if distinct.count <= mostCategories, isRepeated, average < 6 { return .category }
        if average >= 2 { return .text }
        // Names that rarely occur again, such as those of persons, tell nothing about others.
        return distinct.count * 3 <= texts.count ? .category : .ignore
    }

    private static func commonFileRole(_ distinct: Set<String>) -> ColumnRole? {
        guard let first = distinct.first.flatMap(fileRole) else { return nil }
        return distinct.allSatisfy { fileRole($0) == first } ? first : nil
    }

    private static func fileRole(_ text: String) -> ColumnRole? {
        let ending = (text as NSString).pathExtension.lowercased()
        if ImageFile.endings.contains(ending) { return .image }
        if SoundFile.endings.contains(ending) { return .sound }
        if ArrayFile.endings.contains(ending) { return .array }
        return nil
    }
}
