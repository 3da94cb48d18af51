/// The storage of a dataset's elements (sections "Data Layout Message" and "B-trees").
enum HDF5Storage: Sendable {
    /// Stored in the object header itself.
    case compact(ByteRegion, shape: [Int], width: Int)
    /// Stored contiguously at an address; the address is `nil` if nothing was written.
    case contiguous(Int?, shape: [Int], width: Int)
    /// Stored in chunks of equal shape.
    case chunked(HDF5Chunks)

    init(_ layout: HDF5Cursor, shape: [Int], width: Int, filters: HDF5Filters) throws {
        var cursor = layout
        let version = try cursor.integer(1)
        guard (3...4).contains(version) else {
            throw cursor.failure("data layout version \(version), expected 3 or 4")
        }
        switch try cursor.integer(1) {
        case 0:
            let size = try cursor.integer(2)
            self = .compact(ByteRegion(try cursor.bytes(size)), shape: shape, width: width)
        case 1: self = .contiguous(try cursor.address(), shape: shape, width: width)
        case 2: self = .chunked(try HDF5Chunks(&cursor, version: version, shape: shape, width: width, filters: filters))
        case let other: throw cursor.failure("data layout class \(other) is not supported")
        }
    }

    /// Returns the bytes of a range of rows.
    func region(rows: Range<Int>, of superblock: HDF5Superblock) throws -> ByteRegion {
        func range(_ shape: [Int], _ width: Int) throws -> Range<Int> {
            let rowShape = shape.isEmpty ? [1] : [max(1, rows.upperBound)] + shape.dropFirst()
            guard let count = NumpyArray.count(of: rowShape + [width]) else {
                throw ReaderError(file: superblock.file, reason: "the number of bytes overflows")
            }
            let row = count / (rowShape.first ?? 1)
            return rows.lowerBound * row..<rows.upperBound * row
        }
        switch self {
        case .compact(let region, let shape, let width):
            guard let part = region.part(try range(shape, width)) else {
                throw ReaderError(file: superblock.file, reason: "\(region.count) bytes do not fill the shape \(shape)")
            }
            return part
        case .contiguous(let address, let shape, let width):
            let bytes = try range(shape, width)
            if bytes.isEmpty { return ByteRegion([]) }
            guard let address else {
                throw ReaderError(file: superblock.file, reason: "the dataset was never written")
            }
            let (start, overflow) = address.addingReportingOverflow(bytes.lowerBound)
            guard !overflow else { throw ReaderError(file: superblock.file, reason: "address outside the file") }
            return try superblock.region(at: start, count: bytes.count)
        case .chunked(let chunks): return try chunks.region(rows: rows, of: superblock)
        }
    }
}
