import Files
import Foundation
import Torch

/// The records of a JSON Lines file as a table: one object per line.
struct JSONRecords {
    /// The keys in the order of their first occurrence.
    private(set) var header: [String] = []
    /// The values as text, in the order of the header; empty for null and for keys that are absent.
    private(set) var rows: [[String]] = []
    /// The line of each record, from 1.
    private(set) var lines: [Int] = []

    /// Reads a file.
    ///
    /// - Throws: `FileError`; `ReaderError` naming file and line.
    init(path: String) throws {
        var text = try TextLines(path: path)
        let decoder = JSONDecoder()
        var records: [[String: Cell]] = []
        var places: [String: Int] = [:]
        while var line = text.next() {
            if text.number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
            guard line.contains(where: { ![0x20, 0x09].contains($0) }) else { continue }
            let record: [String: Cell]
            do {
                record = try Self.record(line, decoder)
            } catch let error as NestedValue {
                throw text.failure("key '\(error.key.prefix(60))': a list or an object, expected a number or text")
            } catch {
                throw text.failure(
                    "not a JSON object; expected one per line, as pandas writes with orient='records', lines=True")
            }
            // Keys in the order of the file make columns in the order of the file.
            if record.keys.contains(where: { places[$0] == nil }) {
                let order = JSONKeyOrder(line).keys.filter { record[$0] != nil }
                for key in order + record.keys.sorted() where places[key] == nil {
                    places[key] = header.count
                    header.append(key)
                }
            }
            records.append(record)
            lines.append(text.number)
        }
        let header = header
        rows = records.map { record in header.map { record[$0]?.text ?? "" } }
    }

    private static func record(_ line: [UInt8], _ decoder: JSONDecoder) throws -> [String: Cell] {
        do {
            return try decoder.decode([String: Cell].self, from: Data(line))
        } catch let error as NestedValue {
            throw error
        } catch {
            return try decoder.decode([String: Cell].self, from: Data(withoutInvalidNumbers(line)))
        }
    }

    /// Returns a line with `NaN` and `Infinity`, which Python writes, as null and texts.
    private static func withoutInvalidNumbers(_ line: [UInt8]) -> [UInt8] {
        let words = [("-Infinity", "\"-inf\""), ("Infinity", "\"inf\""), ("NaN", "null")]
            .map { (Array($0.0.utf8), Array($0.1.utf8)) }
        var result: [UInt8] = []
        var (index, isText) = (0, false)
        while index < line.count {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") { isText.toggle() }
            if isText, byte == UInt8(ascii: "\\"), index + 1 < line.count {
                result.append(contentsOf: [byte, line[index + 1]])
                index += 2
            } else if !isText, let (word, other) = words.first(where: { line[index...].starts(with: $0.0) }) {
                result.append(contentsOf: other)
                index += word.count
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    private struct NestedValue: Error { let key: String }

    /// A value as text.
    private struct Cell: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                text = ""
            } else if let string = try? value.decode(String.self) {
                text = string
            } else if let flag = try? value.decode(Bool.self) {
                text = flag ? "true" : "false"
            } else if let integer = try? value.decode(Int.self) {
                text = String(integer)
            } else if let number = try? value.decode(Double.self) {
                text = String(number)
            } else {
                throw NestedValue(key: decoder.codingPath.last?.stringValue ?? "")
            }
        }
    }
}
