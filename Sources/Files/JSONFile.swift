import Foundation

/// Reads and writes JSON files. Every JSON convention of the project is defined here.
///
/// Keys are written in snake_case and sorted, so equal values give equal bytes. Keys in camelCase,
/// as written by versions before 0.2, can still be read.
public enum JSONFile {
    /// The layout of a JSON text.
    public enum Layout: Sendable {
        /// One key per line, for files that people read.
        case pretty
        /// A single line, for large matrices and log entries.
        case compact
    }

    /// Encodes a value.
    ///
    /// - Throws: `EncodingError` when a number is not finite, and any error from the value's own
    ///   encoding.
    public static func encode(_ value: some Encodable, layout: Layout = .pretty) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if layout == .pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    /// Decodes a value.
    ///
    /// - Throws: `DecodingError` when the data do not match the type. `Error.oneLine` describes it
    ///   in one line.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }

    /// Writes a value to a file. The file is either complete or unchanged.
    ///
    /// - Throws: ``FileError`` when the file cannot be written, `EncodingError` when a number is
    ///   not finite.
    public static func write(_ value: some Encodable, to path: String, layout: Layout = .pretty) throws {
        try AtomicFile.write(Array(try encode(value, layout: layout)), to: path)
    }

    /// Reads a value from a file.
    ///
    /// - Parameter content: A phrase for the expected content, such as "the record of a model". It
    ///   appears in error messages.
    /// - Throws: ``FileError`` with the path when the file cannot be read. When the content does
    ///   not match, the error also names the key.
    public static func read<Value: Decodable>(_ type: Value.Type, from path: String, content: String) throws -> Value {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; expected \(content)")
        }
        do {
            return try decode(type, from: data)
        } catch {
            throw FileError(
                path: path,
                reason: FileSignature.mismatchOfText(data, expected: content)
                    ?? "is not \(content): \(error.oneLine)")
        }
    }
}
