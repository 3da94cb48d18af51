/// A dataset of an HDF5 file, from which any range of rows can be read.
public struct HDF5Dataset: Sendable {
    /// The sizes of the axes; empty for a single element.
    public let shape: [Int]
    /// The type of the elements.
    public let element: NumpyElement
    private let isBigEndian: Bool
    private let storage: HDF5Storage
    private let superblock: HDF5Superblock

    /// Opens a dataset.
    ///
    /// - Throws: `ReaderError` for an object that is not a dataset or is not supported.
    init(_ header: HDF5ObjectHeader, path: String, of superblock: HDF5Superblock) throws {
        guard let space = try header.content(.dataspace), var type = try header.content(.datatype),
            let layout = try header.content(.layout)
        else { throw ReaderError(file: superblock.file, reason: "'\(path)' is a group, expected a dataset") }
        shape = try Self.shape(space)
        let datatype = try HDF5Datatype(&type)
        element = datatype.element
        isBigEndian = datatype.isBigEndian
        let filters = try header.content(.filters).map { try HDF5Filters($0) } ?? HDF5Filters()
        storage = try HDF5Storage(layout, shape: shape, width: element.byteCount, filters: filters)
        self.superblock = superblock
    }

    /// Reads the dataset or a range of its rows.
    ///
    /// Contiguous data are not copied. A chunk that was never written is an error.
    ///
    /// - Parameter rows: The range along the first axis; `nil` reads everything.
    /// - Throws: `ReaderError` naming file and byte.
    public func array(rows: Range<Int>? = nil) throws -> NumpyArray {
        var selected = shape
        if let rows {
            guard let count = shape.first, rows.lowerBound >= 0, rows.upperBound <= count else {
                throw ReaderError(file: superblock.file, reason: "rows \(rows) are outside the shape \(shape)")
            }
            selected[0] = rows.count
        }
        let region = try storage.region(rows: rows ?? 0..<(shape.first ?? 1), of: superblock)
        guard
            let array = NumpyArray(
                shape: selected, element: element, isBigEndian: isBigEndian, isColumnMajor: false, region: region)
        else {
            throw ReaderError(file: superblock.file, reason: "\(region.count) bytes do not fill the shape \(selected)")
        }
        return array
    }

    private static func shape(_ space: HDF5Cursor) throws -> [Int] {
        var cursor = space
        let version = try cursor.integer(1)
        guard (1...2).contains(version) else { throw cursor.failure("unknown dataspace version") }
        let rank = try cursor.integer(1)
        guard rank <= 32 else { throw cursor.failure("\(rank) axes, expected at most 32") }
        try cursor.skip(1)
        let type = try cursor.integer(1)
        guard version == 1 || type < 2 else { throw cursor.failure("a null dataspace is not supported") }
        if version == 1 { try cursor.skip(4) }
        let shape = try (0..<rank).map { _ in try cursor.length() }
        guard NumpyArray.count(of: shape) != nil else {
            throw cursor.failure("the number of elements overflows")
        }
        return shape
    }
}
