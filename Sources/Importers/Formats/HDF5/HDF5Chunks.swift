import Files

/// A dataset stored in chunks of equal shape, which are filtered separately and indexed by a
/// B-tree.
struct HDF5Chunks: Sendable {
    /// A stored chunk.
    private struct Chunk {
        /// The index of the first element along each axis.
        let origin: [Int]
        let address: Int
        let size: Int
        let mask: Int
    }

    private enum Index {
        case tree(Int?)
        case single(Chunk?)
    }

    private let shape: [Int]
    private let chunk: [Int]
    private let width: Int
    private let filters: HDF5Filters
    private let index: Index
    private static let maximumDepth = 32

    init(_ cursor: inout HDF5Cursor, version: Int, shape: [Int], width: Int, filters: HDF5Filters) throws {
        self.shape = shape
        self.width = width
        self.filters = filters
        let flags = version == 4 ? try cursor.integer(1) : 0
        let rank = try cursor.integer(1)
        guard rank == shape.count + 1, rank > 1 else {
            throw cursor.failure("chunks have \(rank - 1) axes, but the dataset has \(shape.count)")
        }
        let treeAddress = version == 3 ? try cursor.address() : nil
        let size = version == 3 ? 4 : try cursor.integer(1)
        guard (1...4).contains(size) else { throw cursor.failure("chunk sizes of \(size) bytes are not supported") }
        let sizes = try (0..<rank).map { _ in try cursor.integer(size) }
        guard sizes.allSatisfy({ $0 > 0 }), sizes.last == width, let bytes = NumpyArray.count(of: sizes),
            bytes < 1 << 32
        else { throw cursor.failure("invalid chunk shape \(sizes) for elements of \(width) bytes") }
        chunk = Array(sizes.dropLast())
        if version == 3 {
            index = .tree(treeAddress)
            return
        }
        let kind = try cursor.integer(1)
        guard kind == 1 else {
            throw cursor.failure(
                "chunk index \(kind) of libver='latest' is not supported; write the file with the default libver")
        }
        let stored = flags & 2 != 0 ? try cursor.length() : bytes
        let mask = flags & 2 != 0 ? try cursor.integer(4) : 0
        index = .single(
            try cursor.address().map {
                Chunk(origin: shape.map { _ in 0 }, address: $0, size: stored, mask: mask)
            }
        )
    }

    /// Returns the bytes of a range of rows, assembled from their chunks.
    ///
    /// Memory is allocated only after every chunk is found and is large enough for its claimed
    /// content.
    func region(rows: Range<Int>, of superblock: HDF5Superblock) throws -> ByteRegion {
        let selected = [rows.count] + shape.dropFirst()
        guard let total = NumpyArray.count(of: selected + [width]) else {
            throw ReaderError(file: superblock.file, reason: "the number of bytes overflows")
        }
        guard total > 0 else { return ByteRegion([]) }
        guard total <= FileMemory.limit else {
            throw ReaderError(
                file: superblock.file,
                reason: "needs \(total) bytes of memory, expected at most \(FileMemory.limit); \(FileMemory.advice)")
        }
        let chunkBytes = chunk.reduce(width, *)
        let chunks = try self.chunks(rows: rows, of: superblock)
        var expected = (rows.upperBound - 1) / chunk[0] - rows.lowerBound / chunk[0] + 1
        for axis in 1..<max(1, shape.count) {
            let (product, overflow) = expected.multipliedReportingOverflow(by: (shape[axis] - 1) / chunk[axis] + 1)
            expected = overflow ? .max : product
        }
        guard chunks.count == expected else {
            throw ReaderError(file: superblock.file, reason: "\(chunks.count) chunks, expected \(expected)")
        }
        for chunk in chunks where filters.largest(from: chunk.size) < chunkBytes {
            let cursor = try superblock.cursor(at: chunk.address)
            throw cursor.failure("a chunk of \(chunk.size) stored bytes cannot expand to \(chunkBytes)")
        }
        var result = [UInt8](repeating: 0, count: total)
        for chunk in chunks {
            let stored = try superblock.region(at: chunk.address, count: chunk.size).copied()
            guard let bytes = filters.undone(stored, mask: chunk.mask, count: chunkBytes, width: width) else {
                throw try superblock.cursor(at: chunk.address).failure("a chunk cannot be decompressed")
            }
            copy(bytes, from: chunk, to: &result, rows: rows)
        }
        return ByteRegion(result)
    }

    /// Copies the part of a chunk within the rows, one line of the last axis at a time.
    private func copy(_ bytes: [UInt8], from source: Chunk, to result: inout [UInt8], rows: Range<Int>) {
        let limits = [rows] + shape.dropFirst().map { 0..<$0 }
        let covered = shape.indices.map { axis in
            (source.origin[axis]..<source.origin[axis] + chunk[axis]).clamped(to: limits[axis])
        }
        guard covered.allSatisfy({ !$0.isEmpty }) else { return }
        let last = shape.count - 1
        let count = covered[last].count * width
        var place = covered.map(\.lowerBound)
        while true {
            var from = 0
            var to = 0
            for axis in shape.indices {
                from = from * chunk[axis] + place[axis] - source.origin[axis]
                to = to * limits[axis].count + place[axis] - limits[axis].lowerBound
            }
            result.replaceSubrange(to * width..<to * width + count, with: bytes[from * width..<from * width + count])
            var axis = last - 1
            while axis >= 0 {
                place[axis] += 1
                if place[axis] < covered[axis].upperBound { break }
                place[axis] = covered[axis].lowerBound
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    private func chunks(rows: Range<Int>, of superblock: HDF5Superblock) throws -> [Chunk] {
        switch index {
        case .single(let chunk): return chunk.map { [$0] } ?? []
        case .tree(nil): return []
        case .tree(let address?):
            var overlapping: [[Int]: Chunk] = [:]
            var visited: Set<Int> = []
            try visit(address, depth: 0, of: superblock, visited: &visited) { chunk in
                let end = chunk.origin[0].addingReportingOverflow(self.chunk[0])
                let isAligned = zip(chunk.origin, self.chunk).allSatisfy { $0 % $1 == 0 }
                guard !end.overflow, isAligned, zip(chunk.origin, shape).allSatisfy({ $0 < $1 }) else { return }
                if chunk.origin[0] < rows.upperBound, end.partialValue > rows.lowerBound {
                    overlapping[chunk.origin] = chunk
                }
            }
            return overlapping.values.sorted { $0.address < $1.address }
        }
    }

    private func visit(
        _ address: Int,
        depth: Int,
        of superblock: HDF5Superblock,
        visited: inout Set<Int>,
        _ body: (Chunk) -> Void
    ) throws {
        var cursor = try superblock.cursor(at: address)
        guard depth < Self.maximumDepth, visited.insert(address).inserted else {
            throw cursor.failure("the B-tree is too deep or contains a cycle")
        }
        try cursor.expect("TREE")
        guard try cursor.integer(1) == 1 else { throw cursor.failure("expected the B-tree of a dataset") }
        let level = try cursor.integer(1)
        let count = try cursor.integer(2)
        try cursor.skip(2 * cursor.addressSize)
        for _ in 0..<count {
            let size = try cursor.integer(4)
            let mask = try cursor.integer(4)
            var origin: [Int] = []
            for _ in shape.indices {
                guard let place = try cursor.optionalInteger(8) else {
                    throw cursor.failure("a chunk without an offset")
                }
                origin.append(place)
            }
            try cursor.skip(8)
            guard let child = try cursor.address() else { throw cursor.failure("a B-tree entry without an address") }
            if level > 0 {
                try visit(child, depth: depth + 1, of: superblock, visited: &visited, body)
            } else {
                body(Chunk(origin: origin, address: child, size: size, mask: mask))
            }
        }
    }
}
