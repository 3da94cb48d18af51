import CZlib

/// Writes pictures as PNG files, without compression.
package enum PNGWriter {
    /// Returns the file of a picture.
    ///
    /// - Parameters:
    ///   - width: The number of pixels per row.
    ///   - rows: The rows from top to bottom, each with red, green, blue, and opacity if there is
    ///     one, of every pixel.
    ///   - hasOpacity: True if pixels have an opacity.
    package static func png(width: Int, rows: [[UInt8]], hasOpacity: Bool = false) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(rows.count) + [8, hasOpacity ? 6 : 2, 0, 0, 0]
        // Every row begins with its filter: none.
        let pixels: [UInt8] = rows.flatMap { row in [UInt8(0)] + row }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", stored(pixels)) + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return bigEndian(content.count) + body + bigEndian(checksum(body, 0, crc32_z))
    }

    /// Returns a stream of zlib with stored blocks.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let largest = 65_535
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + largest, bytes.count)
            let count = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            for value in [count, ~count] { stream += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
            stream += bytes[start..<end]
            start = end
        } while start < bytes.count
        return stream + bigEndian(checksum(bytes, 1, adler32_z))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Returns a checksum of zlib, which continues from the one of no bytes.
    private static func checksum(
        _ bytes: [UInt8], _ start: uLong, _ sum: (uLong, UnsafePointer<UInt8>?, Int) -> uLong
    ) -> Int {
        Int(bytes.withUnsafeBufferPointer { sum(start, $0.baseAddress, $0.count) })
    }
}
