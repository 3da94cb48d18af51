/// Reads numbers of an HDF5 file one after the other, within its bounds.
///
/// Format: HDF5 File Format Specification, https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html; sections are named where
/// they are used.
struct HDF5Cursor {
    let region: ByteRegion
    let file: String
    /// Bytes of an address and of a length, as the superblock says.
    let addressSize: Int
    let lengthSize: Int
    private(set) var position: Int
    /// Reading stops here.
    let end: Int

    init(
        _ region: ByteRegion, file: String, addressSize: Int = 8, lengthSize: Int = 8, at position: Int, end: Int? = nil
    )
        throws
    {
        self.region = region
        self.file = file
        self.addressSize = addressSize
        self.lengthSize = lengthSize
        self.position = position
        self.end = min(end ?? region.count, region.count)
        guard position >= 0, position <= self.end else { throw failure("an address outside of the file") }
    }

    /// A cursor elsewhere in the same file.
    func at(_ position: Int, end: Int? = nil) throws -> HDF5Cursor {
        try HDF5Cursor(
            region,
            file: file,
            addressSize: addressSize,
            lengthSize: lengthSize,
            at: position,
            end: end
        )
    }

    /// A cursor over the next bytes, which this one leaves behind.
    mutating func part(_ count: Int) throws -> HDF5Cursor {
        try require(count)
        let start = position
        position += count
        return try at(start, end: start + count)
    }

    /// Bytes that are left.
    var remaining: Int { end - position }

    func failure(_ reason: String) -> ReaderError { ReaderError(file: file, position: .byte(position), reason: reason) }

    private func require(_ count: Int) throws {
        guard count >= 0, count <= end - position else { throw failure("truncated") }
    }

    mutating func skip(_ count: Int) throws {
        try require(count)
        position += count
    }

    /// A little-endian number of so many bytes; `nil` when all bits are set, which stands for what is undefined.
    mutating func optionalInteger(_ count: Int) throws -> Int? {
        try require(count)
        let value = region.withBytes { bytes in
            (0..<count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[position + $1]) }
        }
        let undefined = count == 8 ? UInt64.max : (1 << (8 * UInt64(count))) - 1
        guard value != undefined else {
            position += count
            return nil
        }
        guard let number = Int(exactly: value) else { throw failure("a number of \(value), which no file can hold") }
        position += count
        return number
    }

    /// A little-endian number of at most four bytes.
    mutating func integer(_ count: Int) throws -> Int {
        try require(count)
        defer { position += count }
        return region.withBytes { bytes in
            (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
        }
    }

    /// An address within the file; `nil` when there is none.
    mutating func address() throws -> Int? { try optionalInteger(addressSize) }

    /// A length or size.
    mutating func length() throws -> Int {
        guard let value = try optionalInteger(lengthSize) else { throw failure("a length that is undefined") }
        return value
    }

    mutating func expect(_ signature: String) throws {
        let start = position
        let bytes = try self.bytes(signature.utf8.count)
        guard bytes.elementsEqual(signature.utf8) else {
            throw ReaderError(file: file, position: .byte(start), reason: "expected '\(signature)'")
        }
    }

    mutating func bytes(_ count: Int) throws -> [UInt8] {
        try require(count)
        defer { position += count }
        return region.withBytes { Array($0[position..<position + count]) }
    }

    /// Text up to a zero byte.
    mutating func text() throws -> String {
        var text: [UInt8] = []
        while true {
            let byte = UInt8(try integer(1))
            if byte == 0 { return String(decoding: text, as: UTF8.self) }
            guard text.count < 4096 else { throw failure("a name of more than 4096 bytes") }
            text.append(byte)
        }
    }
}
