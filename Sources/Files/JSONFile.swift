import Foundation

/// Reads and writes JSON files; the only place that decides how the project's JSON looks.
///
/// Keys are written in snake_case and sorted, so that the same value gives the same bytes. Keys in
/// camelCase, which versions before 0.2 wrote, are read as well.
public enum JSONFile {
    /// The arrangement of a JSON text.
    public enum Layout: Sendable {
        /// One key per line, for files that people read.
        case pretty
        /// Everything in one line, for large matrices and for lines of a log.
        case compact
    }

    /// Encodes a value.
    ///
    /// - Throws: an encoding error when a number is not finite.
    public static func encode(_ value: some Encodable, layout: Layout = .pretty) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if layout == .pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    /// Decodes a value.
    ///
    /// - Throws: a decoding error; ``Swift/Error/oneLine`` says it in one line.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }

    /// Writes a value as a complete file, or leaves the old file as it was.
    ///
    /// - Throws: ``FileError`` when the file cannot be written; an encoding error when a number is not finite.
    public static func write(_ value: some Encodable, to path: String, layout: Layout = .pretty) throws {
        try AtomicFile.write(Array(try encode(value, layout: layout)), to: path)
    }

    /// Reads a value from a file.
    ///
    /// - Parameter content: words for what the file should hold, such as "the record of a model".
    /// - Throws: ``FileError`` that names the file, and the key where it holds something else.
    public static func read<Value: Decodable>(
        _ type: Value.Type, from path: String, content: String
    ) throws -> Value {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; expected \(content)")
        }
        do {
            return try decode(type, from: data)
        } catch {
            throw FileError(path: path, reason: "is not \(content): \(error.oneLine)")
        }
    }
}
