/// Reads IDX files, the format of MNIST, plain or compressed with gzip.
///
/// An IDX file has two zero bytes, the element type, the number of axes, their sizes as big-endian
/// 32-bit integers, and the elements.
public enum IDXReader {
    /// Reads an array.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public static func array(path: String) throws -> NumpyArray { try array(ByteRegion(path: path), file: path) }

    /// Reads an array from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming file and byte.
    public static func array(_ region: ByteRegion, file: String) throws -> NumpyArray {
        let isCompressed = region.withBytes { $0.starts(with: [0x1F, 0x8B]) }
        let region = isCompressed ? ByteRegion(try ArchiveReader.decompressed(region, file: file)) : region
        let (element, shape) = try region.withBytes { try readHeader($0, file: file) }
        let start = 4 + 4 * shape.count
        guard let rest = region.part(start..<region.count),
            let array = NumpyArray(
                shape: shape, element: element, isBigEndian: true, isColumnMajor: false, region: rest)
        else {
            throw ReaderError(
                file: file, position: .byte(start),
                reason:
                    "\(region.count - start) bytes do not fill the shape \(shape) of \(element.byteCount)-byte elements"
            )
        }
        return array
    }

    private static func readHeader(
        _ bytes: UnsafeRawBufferPointer,
        file: String
    ) throws -> (element: NumpyElement, shape: [Int]) {
        func failure(_ byte: Int, _ reason: String) -> ReaderError {
            ReaderError(file: file, position: .byte(byte), reason: reason)
        }
        guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
            try ByteRegion.check(bytes, "an IDX file", file: file)
            throw failure(0, "not an IDX file")
        }
        let elements: [UInt8: NumpyElement] = [
            0x08: .unsigned(1), 0x09: .signed(1), 0x0B: .signed(2), 0x0C: .signed(4), 0x0D: .float(4), 0x0E: .float(8),
        ]
        guard let element = elements[bytes[2]] else { throw failure(2, "unknown element type \(bytes[2])") }
        let axes = Int(bytes[3])
        guard (1...8).contains(axes) else { throw failure(3, "\(axes) axes, expected 1 to 8") }
        guard bytes.count >= 4 + 4 * axes else { throw failure(4, "truncated header") }
        let shape = (0..<axes).map { axis in
            Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 + 4 * axis, as: UInt32.self)))
        }
        return (element, shape)
    }
}
