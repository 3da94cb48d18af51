import Foundation

/// JSON files that hold their own checksum, as the first key of the object.
extension JSONFile {
    private static let openings = ["{\"checksum\":\"", "{\n  \"checksum\" : \""]

    /// Writes a value whose JSON is an object, with a checksum. The file is either complete or
    /// unchanged.
    ///
    /// - Throws: ``FileError`` when the file cannot be written, `EncodingError` when a number is
    ///   not finite.
    public static func writeChecked(_ value: some Encodable, to path: String, layout: Layout = .pretty) throws {
        guard let text = addingChecksum(to: Array(try encode(value, layout: layout)), layout: layout) else {
            throw FileError(path: path, reason: "cannot be written with a checksum: it is not an object")
        }
        try AtomicFile.write(text, to: path)
    }

    /// Returns the text of an object with its checksum as the first key; `nil` for any other text.
    public static func addingChecksum(to object: [UInt8], layout: Layout) -> [UInt8]? {
        guard object.first == UInt8(ascii: "{"), object.count > 4 else { return nil }
        var text = object
        let opening = Array(openings[layout == .pretty ? 1 : 0].utf8)
        text.replaceSubrange(0..<1, with: opening + Array("\(Checksum.placeholder)\",".utf8))
        let sum = text.withUnsafeBytes { Checksum($0) }.text
        text.replaceSubrange(opening.count..<opening.count + sum.utf8.count, with: Array(sum.utf8))
        return text
    }

    /// Checks the checksum of a file's content. Content without one, as written by earlier
    /// versions, passes.
    ///
    /// - Parameters:
    ///   - data: The content of the file.
    ///   - path: The path of the file, for the message.
    ///   - advice: The remedy for a damaged file, for the message.
    /// - Throws: ``FileError`` when the content does not match.
    public static func checkChecksum(_ data: Data, path: String, advice: String) throws {
        let bytes = Array(data)
        guard let opening = openings.first(where: { bytes.starts(with: Array($0.utf8)) }) else { return }
        let start = opening.utf8.count
        let end = start + Checksum.placeholder.utf8.count
        let stated = String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
        let found = bytes.withUnsafeBytes { bytes in
            end <= bytes.count ? Checksum.excluding(start..<end, of: bytes).text : "none"
        }
        guard stated == found else {
            throw FileError(
                path: path, reason: "is damaged: its checksum is \(found), expected \(stated); \(advice)")
        }
    }
}
