/// The start of an HDF5 file (section "Superblock"), versions 0 to 3.
struct HDF5Superblock {
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    private let base: HDF5Cursor
    /// The position of address 0.
    private let origin: Int
    /// The address of the root group's object header.
    let root: Int

    init(_ region: ByteRegion, file: String) throws {
        // A user block of 512, 1024, … bytes may precede the HDF5 content.
        let start = [0, 512, 1024, 2048, 4096].first { start in
            region.withBytes { $0.count >= start + 8 && $0[start..<start + 8].elementsEqual(Self.signature) }
        }
        guard let start else {
            try region.check("an HDF5 file", file: file)
            throw ReaderError(file: file, position: .byte(0), reason: "not an HDF5 file")
        }
        var cursor = try HDF5Cursor(region, file: file, at: start + 8)
        let version = try cursor.integer(1)
        guard (0...3).contains(version) else {
            throw cursor.failure("superblock version \(version), expected 0 to 3")
        }
        if version < 2 { try cursor.skip(4) }
        let sizes = (address: try cursor.integer(1), length: try cursor.integer(1))
        guard [4, 8].contains(sizes.address), [4, 8].contains(sizes.length) else {
            throw cursor.failure("addresses of \(sizes.address) and lengths of \(sizes.length) bytes, expected 4 or 8")
        }
        var sized = try HDF5Cursor(
            region, file: file, addressSize: sizes.address, lengthSize: sizes.length, at: cursor.position)
        switch version {
        case 0: try sized.skip(9)
        case 1: try sized.skip(13)
        default: try sized.skip(1)
        }
        origin = try sized.address() ?? start
        try sized.skip(sizes.address)
        if let end = try sized.address(), end > region.count {
            throw ReaderError(
                file: file,
                reason: "truncated: \(region.count) bytes, but its header states \(end); copy or download it again")
        }
        if version < 2 { try sized.skip(sizes.address) }
        // Before version 2 the root group is a symbol table entry, which begins with its name.
        if version < 2 { try sized.skip(sizes.length) }
        guard let root = try sized.address() else { throw sized.failure("no root group") }
        self.root = root
        base = sized
    }

    /// The path of the file, for messages.
    var file: String { base.file }
    /// The number of bytes of the whole file.
    var count: Int { base.region.count }

    /// Returns a cursor at an address of the file.
    func cursor(at address: Int) throws -> HDF5Cursor {
        let (position, overflow) = origin.addingReportingOverflow(address)
        guard !overflow else { throw base.failure("address outside the file") }
        return try base.at(position)
    }

    /// Returns the bytes at an address without copying.
    func region(at address: Int, count: Int) throws -> ByteRegion {
        let cursor = try cursor(at: address)
        guard count >= 0, count <= cursor.remaining,
            let part = base.region.part(cursor.position..<cursor.position + count)
        else { throw cursor.failure("\(count) bytes of data, but \(cursor.remaining) follow: truncated?") }
        return part
    }
}
