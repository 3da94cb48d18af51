/// The chunks of a PNG file that determine its pixels.
///
/// Format: W3C PNG Specification, section 5. Chunks for colour management (`gAMA`, `iCCP`, …) and
/// transparency (`tRNS`) would make libpng change the pixels; loaders in this field ignore them.
/// Damage in the other optional chunks is harmless.
struct PNGChunks {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let kept: Set<String> = ["IHDR", "PLTE", "IDAT", "IEND"]

    /// A PNG file without the other chunks.
    let bytes: [UInt8]
    /// The number of bits per channel.
    let depth: Int
    /// True if pixels have an alpha channel.
    let hasAlpha: Bool

    /// Copies the chunks of a file.
    ///
    /// - Throws: `ReaderError` for content that is not PNG, is truncated, or has an unknown
    ///   critical chunk.
    init(_ source: UnsafeRawBufferPointer, file: String) throws {
        func failure(_ position: Int, _ reason: String) -> ReaderError {
            ReaderError(file: file, position: .byte(position), reason: "not a readable PNG image: \(reason)")
        }
        guard source.starts(with: Self.signature) else {
            try ByteRegion.check(source, "a PNG image", accepting: [.png], file: file)
            throw failure(0, "no PNG signature")
        }
        var result = Self.signature
        result.reserveCapacity(source.count)
        var header: [UInt8] = []
        var position = 8
        var isComplete = false
        while !isComplete, position < source.count {
            guard source.count - position >= 12 else { break }
            let length = Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            let name = String(decoding: source[position + 4..<position + 8], as: UTF8.self)
            guard length <= source.count - position - 12 else { break }
            let isCritical = source[position + 4] & 0x20 == 0
            guard !isCritical || Self.kept.contains(name) else {
                throw failure(position, "an unknown or damaged chunk")
            }
            if Self.kept.contains(name) { result.append(contentsOf: source[position..<position + 12 + length]) }
            if name == "IHDR" { header = Array(source[position + 8..<position + 8 + length]) }
            isComplete = name == "IEND"
            position += 12 + length
        }
        guard isComplete else { throw failure(position, "truncated: the chunk at this byte is not complete") }
        guard header.count == 13 else { throw failure(8, "no header") }
        bytes = result
        depth = Int(header[8])
        hasAlpha = header[9] & 4 != 0
    }
}
