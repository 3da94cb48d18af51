/// Content that often lies in the place of a file that was not downloaded or not unpacked.
enum ForeignContent {
    /// Throws when the bytes are those of another kind of file.
    ///
    /// - Throws: `ReaderError` that names the kind and what to do.
    static func check(_ region: ByteRegion, file: String, expected: String) throws {
        guard let found = region.withBytes({ name(of: $0) }) else { return }
        throw ReaderError(file: file, reason: "\(found), expected \(expected)")
    }

    private static func name(of bytes: UnsafeRawBufferPointer) -> String? {
        guard !bytes.isEmpty else { return "is empty" }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return "is UTF-16 text; save it as UTF-8"
        }
        if bytes.starts(with: [0x1F, 0x8B]) { return "is compressed by gzip; unpack it first" }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return "is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV"
        }
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return "is an Excel workbook; save the sheet as CSV" }
        let start = String(decoding: bytes.prefix(200), as: UTF8.self).lowercased()
            .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            return "is an HTML page, such as a login or error page; download the file again"
        }
        if start.hasPrefix("version https://git-lfs") {
            return "is a Git LFS pointer; fetch the file with git lfs pull"
        }
        return nil
    }
}
