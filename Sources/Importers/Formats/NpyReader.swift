/// Reads `.npy` files: a header in Python notation, followed by the bytes of one array.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (versions 1.0 to
/// 3.0).
public enum NpyReader {
    private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    private static let maximumHeader = 1 << 20

    /// Reads an array of numbers or texts.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte, also for an array of Python
    ///   objects.
    public static func array(path: String) throws -> NumpyArray {
        guard case .array(let array) = try value(path: path) else {
            throw ReaderError(file: path, reason: "contains Python objects, expected an array of numbers")
        }
        return array
    }

    /// Reads the content of a file, with Python objects decoded by ``PickleReader``.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public static func value(path: String) throws -> PickleValue {
        try value(ByteRegion(path: path), file: path)
    }

    /// Reads `.npy` bytes that are already open, for example within an archive; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming file and byte.
    public static func value(_ region: ByteRegion, file: String) throws -> PickleValue {
        let (header, start) = try region.withBytes { try readHeader($0, file: file) }
        guard let rest = region.part(start..<region.count) else {
            throw ReaderError(file: file, position: .byte(start), reason: "truncated")
        }
        guard let type = NumpyElement.parse(header.type) else {
            throw ReaderError(file: file, reason: "elements of type '\(header.type.prefix(40))' are not supported")
        }
        guard type.element == .object else {
            guard
                let array = NumpyArray(
                    shape: header.shape, element: type.element, isBigEndian: type.isBigEndian,
                    isColumnMajor: header.isColumnMajor, region: rest)
            else {
                throw ReaderError(
                    file: file, position: .byte(start),
                    reason: "\(rest.count) bytes do not fill '\(header.type)' of shape \(header.shape): truncated?")
            }
            return .array(array)
        }
        let value = try PickleReader.value(rest, file: file, offset: start)
        // An object array without axes contains a single object, which is the value.
        if case .objects(let shape, let objects) = value, shape.isEmpty, objects.count == 1 { return objects[0] }
        return value
    }

    private static func readHeader(
        _ bytes: UnsafeRawBufferPointer,
        file: String
    ) throws -> (header: NpyHeader, dataStart: Int) {
        guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else {
            try ByteRegion.check(bytes, "a NumPy array (.npy)", accepting: [.npy], file: file)
            throw ReaderError(file: file, position: .byte(0), reason: "not a .npy file")
        }
        let lengthBytes = bytes[6] == 1 ? 2 : 4
        guard (1...3).contains(bytes[6]), bytes.count >= 8 + lengthBytes else {
            throw ReaderError(file: file, position: .byte(6), reason: ".npy version \(bytes[6]), expected 1 to 3")
        }
        let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        let start = 8 + lengthBytes
        guard length <= min(maximumHeader, bytes.count - start) else {
            throw ReaderError(
                file: file, position: .byte(8),
                reason: "claims a header of \(length) bytes, but \(bytes.count - start) follow")
        }
        var scanner = NpyHeaderScanner(text: Array(bytes[start..<start + length]), file: file, offset: start)
        return (try scanner.scan(), start + length)
    }
}
