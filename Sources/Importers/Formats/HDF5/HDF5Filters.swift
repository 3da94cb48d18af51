import CZlib

/// The filters that were applied to the bytes of a chunk (section "Filter Pipeline Message").
struct HDF5Filters {
    /// One filter.
    private enum Step {
        case deflate
        case shuffle
        case checksum
        case lzf
    }

    private var steps: [Step] = []

    /// Creates an empty pipeline.
    init() {}

    /// Reads a pipeline.
    ///
    /// - Throws: `ReaderError` naming an unsupported filter.
    init(_ cursor: HDF5Cursor) throws {
        var cursor = cursor
        let version = try cursor.integer(1)
        guard (1...2).contains(version) else { throw cursor.failure("unknown filter pipeline version") }
        let count = try cursor.integer(1)
        guard count <= 32 else { throw cursor.failure("\(count) filters, expected at most 32") }
        if version == 1 { try cursor.skip(6) }
        for _ in 0..<count {
            let identifier = try cursor.integer(2)
            let nameLength = version == 1 || identifier >= 256 ? try cursor.integer(2) : 0
            try cursor.skip(2)
            let values = try cursor.integer(2)
            let name = String(decoding: try cursor.bytes(nameLength).prefix { $0 != 0 }, as: UTF8.self)
            if version == 1, nameLength % 8 != 0 { try cursor.skip(8 - nameLength % 8) }
            try cursor.skip(4 * values)
            if version == 1, values % 2 != 0 { try cursor.skip(4) }
            switch identifier {
            case 1: steps.append(.deflate)
            case 2: steps.append(.shuffle)
            case 3: steps.append(.checksum)
            case 32000: steps.append(.lzf)
            default:
                throw cursor.failure(
                    "filter \(identifier)\(name.isEmpty ? "" : " (\(name.prefix(40)))") is not supported, expected gzip, lzf, "
                        + "shuffle or fletcher32")
            }
        }
    }

    var isEmpty: Bool { steps.isEmpty }

    /// Returns the largest number of bytes that `stored` bytes can expand to.
    func largest(from stored: Int) -> Int {
        steps.contains(.deflate) || steps.contains(.lzf)
            ? stored.multipliedReportingOverflow(by: 1032).partialValue : stored
    }

    /// Undoes the filters in reverse order.
    ///
    /// - Parameters:
    ///   - bytes: The stored bytes of a chunk.
    ///   - mask: One bit per filter, set if the filter was skipped for this chunk.
    ///   - count: The number of bytes of the result.
    ///   - width: The number of bytes per element.
    /// - Returns: The original bytes, or `nil` if the stored bytes are invalid.
    func undone(_ bytes: [UInt8], mask: Int, count: Int, width: Int) -> [UInt8]? {
        var bytes = bytes
        for (index, step) in steps.enumerated().reversed() where mask >> index & 1 == 0 {
            switch step {
            case .deflate:
                // A checksum that was added before compression makes the result four bytes longer.
                guard let result = Self.inflated(bytes, limit: count + 4) else { return nil }
                bytes = result
            case .lzf:
                guard let result = Self.expanded(bytes, limit: count + 4) else { return nil }
                bytes = result
            case .checksum:
                guard bytes.count >= 4 else { return nil }
                bytes.removeLast(4)
            case .shuffle: bytes = Self.unshuffled(bytes, width: width)
            }
        }
        return bytes.count == count ? bytes : nil
    }

    private static func inflated(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: limit)
        var length = uLongf(limit)
        guard uncompress(&result, &length, bytes, uLong(bytes.count)) == Z_OK else { return nil }
        result.removeLast(limit - Int(length))
        return result
    }

    /// Decompresses LZF.
    ///
    /// A control byte below 32 is followed by that many literal bytes plus one. Otherwise its upper
    /// three bits give the number of repeated bytes minus two, and 7 means that another byte adds
    /// to it. The lower five bits and the next byte give the distance to them minus one.
    private static func expanded(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(limit)
        var index = 0
        func next() -> Int? {
            guard index < bytes.count else { return nil }
            defer { index += 1 }
            return Int(bytes[index])
        }
        while let control = next() {
            if control < 32 {
                guard index + control < bytes.count, result.count + control < limit else { return nil }
                result.append(contentsOf: bytes[index...index + control])
                index += control + 1
                continue
            }
            var length = control >> 5
            if length == 7 {
                guard let more = next() else { return nil }
                length += more
            }
            guard let low = next() else { return nil }
            let distance = (control & 31) << 8 + low + 1
            guard distance <= result.count, result.count + length + 2 <= limit else { return nil }
            let start = result.count - distance
            for offset in 0..<length + 2 { result.append(result[start + offset]) }
        }
        return result
    }

    /// Restores the byte order of elements that were sorted by the position of bytes in them.
    private static func unshuffled(_ bytes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1 else { return bytes }
        let count = bytes.count / width
        var result = bytes
        for place in 0..<width {
            for element in 0..<count { result[element * width + place] = bytes[place * count + element] }
        }
        return result
    }
}
