/// Reads the numbers of an HDF5 file in sequence, with bounds checks.
///
/// Format: HDF5 File Format Specification, https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html. The
/// code names the sections that it implements.
struct HDF5Cursor {
    let region: ByteRegion
    let file: String
    /// The number of bytes per address and per length, from the superblock.
    let addressSize: Int
    let lengthSize: Int
    private(set) var position: Int
    /// The position at which reading stops.
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
        guard position >= 0, position <= self.end else { throw failure("address outside the file") }
    }

    /// Returns a cursor at another position of the same file.
    func at(_ position: Int, end: Int? = nil) throws -> HDF5Cursor {
        try HDF5Cursor(region, file: file, addressSize: addressSize, lengthSize: lengthSize, at: position, end: end)
    }

    /// Returns a cursor over the next bytes and skips them.
    mutating func part(_ count: Int) throws -> HDF5Cursor {
        try require(count)
        let start = position
        position += count
        return try at(start, end: start + count)
    }

    /// The number of remaining bytes.
    var remaining: Int { end - position }

    func failure(_ reason: String) -> ReaderError { ReaderError(file: file, position: .byte(position), reason: reason) }

    private func require(_ count: Int) throws {
        guard count >= 0, count <= end - position else { throw failure("truncated") }
    }

    mutating func skip(_ count: Int) throws {
        try require(count)
        position += count
    }

    /// Reads a little-endian integer of `count` bytes; `nil` if all bits are set, which means
    /// undefined.
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
        guard let number = Int(exactly: value) else { throw failure("\(value) exceeds the address space") }
        position += count
        return number
    }

    /// Reads a little-endian integer of at most four bytes.
    mutating func integer(_ count: Int) throws -> Int {
        try require(count)
        defer { position += count }
        return region.withBytes { bytes in
            (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
        }
    }

    /// Reads an address within the file; `nil` if it is undefined.
    mutating func address() throws -> Int? { try optionalInteger(addressSize) }

    /// Reads a length or size.
    mutating func length() throws -> Int {
        guard let value = try optionalInteger(lengthSize) else { throw failure("undefined length") }
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

    /// Reads text up to a zero byte.
    mutating func text() throws -> String {
        var text: [UInt8] = []
        while true {
            let byte = UInt8(try integer(1))
            if byte == 0 { return String(decoding: text, as: UTF8.self) }
            guard text.count < 4096 else { throw failure("a name longer than 4096 bytes") }
            text.append(byte)
        }
    }
}
