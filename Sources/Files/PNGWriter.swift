/// Writes pictures as PNG files, without compression.
package enum PNGWriter {
    /// Returns the file of a picture.
    ///
    /// - Parameters:
    ///   - width: The number of pixels per row.
    ///   - rows: The rows from top to bottom, each with red, green and blue of every pixel.
    package static func png(width: Int, rows: [[UInt8]]) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(rows.count) + [8, 2, 0, 0, 0]
        // Every row begins with its filter: none.
        let pixels: [UInt8] = rows.flatMap { row in [UInt8(0)] + row }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", stored(pixels)) + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return bigEndian(content.count) + body + bigEndian(Int(crc(body)))
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
        return stream + bigEndian(Int(adler(bytes)))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 {
            let isOdd = value & 1 == 1
            value >>= 1
            if isOdd { value ^= 0xEDB8_8320 }
        }
        return value
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var value = ~UInt32(0)
        for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
        return ~value
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return b << 16 | a
    }
}
