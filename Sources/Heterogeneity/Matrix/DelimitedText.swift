/// Text parsed into records, which end at line breaks, and delimited fields (RFC 4180).
struct DelimitedText {
    /// One record.
    struct Record {
        /// The line in which the record begins, counted from 1.
        var line: Int
        var fields: [String]
    }

    private(set) var records: [Record] = []

    /// Parses a text and drops blank records.
    ///
    /// The delimiter is the most frequent of comma, semicolon and tab, outside quotes, in the first
    /// line that is not blank.
    ///
    /// - Throws: ``MatrixError`` for an unclosed quote, and for text after a closing quote.
    init(_ text: String) throws {
        let characters = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" })
        let delimiter = Self.delimiter(of: characters)
        var line = 1
        var record = Record(line: 1, fields: [])
        var field = String.UnicodeScalarView()
        var fieldIsBlank = true
        var index = 0

        var isQuoted = false

        func endField() {
            record.fields.append(isQuoted ? String(field) : String(field).trimmingSpaces)
            field.removeAll()
            fieldIsBlank = true
            isQuoted = false
        }
        while index < characters.count {
            let character = characters[index]
            index += 1
            switch character {
            case "\"" where fieldIsBlank:
                let begin = line
                var quoted = String.UnicodeScalarView()
                var closed = false
                while index < characters.count, !closed {
                    let inner = characters[index]
                    index += 1
                    if inner == "\"", index < characters.count, characters[index] == "\"" {
                        quoted.append(inner)
                        index += 1
                    } else if inner == "\"" {
                        closed = true
                    } else {
                        if inner == "\n" { line += 1 }
                        quoted.append(inner)
                    }
                }
                guard closed else {
                    throw MatrixError(
                        place: "line \(begin)", problem: .malformed("an unclosed quote, expected a closing quote"))
                }
                while index < characters.count, characters[index] == " " { index += 1 }
                guard index == characters.count || [delimiter, "\n", "\r"].contains(characters[index]) else {
                    throw MatrixError(
                        place: "line \(line)",
                        problem: .malformed("text after a closing quote, expected the end of the field"))
                }
                field = quoted
                fieldIsBlank = false
                isQuoted = true
            case delimiter:
                endField()
            case "\n", "\r":
                if character == "\r", index < characters.count, characters[index] == "\n" { index += 1 }
                endField()
                line += 1
                append(record)
                record = Record(line: line, fields: [])
            default:
                field.append(character)
                if character != " " && character != "\t" { fieldIsBlank = false }
            }
        }
        endField()
        append(record)
    }

    private mutating func append(_ record: Record) {
        if record.fields.contains(where: { !$0.isEmpty }) {
            records.append(record)
        }
    }

    private static func delimiter(of characters: [Unicode.Scalar]) -> Unicode.Scalar {
        var counts: [Unicode.Scalar: Int] = [:]
        var isQuoted = false
        var hasText = false
        for character in characters {
            if character == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if character == "\n" || character == "\r" {
                if hasText { break }
                counts = [:]
            } else if [",", ";", "\t"].contains(character) {
                counts[character, default: 0] += 1
            } else if character != " " {
                hasText = true
            }
        }
        let order: [Unicode.Scalar] = [",", ";", "\t"]
        let most = order.map { counts[$0, default: 0] }.max() ?? 0
        if most == 0, separatesNumbersBySpaces(characters) { return " " }
        return order.first { counts[$0, default: 0] == most } ?? ","
    }
}

extension DelimitedText {
    /// Returns true if the first line that is not blank holds several numbers separated by single
    /// spaces, and nothing else.
    private static func separatesNumbersBySpaces(_ characters: [Unicode.Scalar]) -> Bool {
        let lines = characters.split { $0 == "\n" || $0 == "\r" }
        let words = lines.lazy.map { $0.split(separator: " ", omittingEmptySubsequences: false) }.first {
            $0.contains { !$0.isEmpty }
        }
        guard let words, words.count > 1 else { return false }
        return words.allSatisfy { Double(String(String.UnicodeScalarView($0))) != nil }
    }
}

extension String {
    /// The string without leading and trailing spaces and tabs.
    fileprivate var trimmingSpaces: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
