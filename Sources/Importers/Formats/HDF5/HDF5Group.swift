/// The members of a group (sections "Symbol Table", "Link Message").
struct HDF5Group {
    /// The addresses of the members' object headers by name.
    let members: [String: Int]

    private static let maximumDepth = 32

    init(_ header: HDF5ObjectHeader, of superblock: HDF5Superblock) throws {
        var members: [String: Int] = [:]
        if var table = try header.content(.symbolTable) {
            guard let tree = try table.address(), let heap = try table.address() else {
                throw table.failure("a group without a member table")
            }
            var reader = SymbolTable(superblock: superblock, heap: try Heap(at: heap, of: superblock))
            try reader.visit(tree, depth: 0)
            members = reader.members
        }
        for var link in header.contents(.link) {
            if let (name, address) = try Self.hardLink(&link) { members[name] = address }
        }
        if var information = try header.content(.linkInfo) {
            try information.skip(1)
            if try information.integer(1) & 1 != 0 { try information.skip(8) }
            guard try information.address() == nil else {
                throw information.failure(
                    "a dense group of libver='latest' is not supported; write the file with the default libver")
            }
        }
        self.members = members
    }

    private static func hardLink(_ link: inout HDF5Cursor) throws -> (String, Int)? {
        guard try link.integer(1) == 1 else { throw link.failure("unknown link version") }
        let flags = try link.integer(1)
        let type = flags & 8 != 0 ? try link.integer(1) : 0
        if flags & 4 != 0 { try link.skip(8) }
        if flags & 16 != 0 { try link.skip(1) }
        let size = 1 << (flags & 3)
        guard let length = try link.optionalInteger(size) else { throw link.failure("a link without a name length") }
        let name = String(decoding: try link.bytes(length), as: UTF8.self)
        guard type == 0 else { return nil }
        return try link.address().map { (name, $0) }
    }

    /// The heap that contains the member names of an old-format group.
    private struct Heap {
        let start: Int
        let end: Int

        init(at address: Int, of superblock: HDF5Superblock) throws {
            var cursor = try superblock.cursor(at: address)
            try cursor.expect("HEAP")
            try cursor.skip(4)
            let size = try cursor.length()
            try cursor.skip(cursor.lengthSize)
            guard let data = try cursor.address() else { throw cursor.failure("a heap without data") }
            var segment = try superblock.cursor(at: data)
            try segment.skip(size)
            start = data
            end = data + size
        }
    }

    /// Traverses the B-tree of an old-format group.
    private struct SymbolTable {
        let superblock: HDF5Superblock
        let heap: Heap
        var members: [String: Int] = [:]
        private var visited: Set<Int> = []

        init(superblock: HDF5Superblock, heap: Heap) {
            self.superblock = superblock
            self.heap = heap
        }

        mutating func visit(_ address: Int, depth: Int) throws {
            var cursor = try superblock.cursor(at: address)
            guard depth < maximumDepth, visited.insert(address).inserted else {
                throw cursor.failure("the B-tree is too deep or contains a cycle")
            }
            try cursor.expect("TREE")
            guard try cursor.integer(1) == 0 else { throw cursor.failure("expected the B-tree of a group") }
            let level = try cursor.integer(1)
            let count = try cursor.integer(2)
            try cursor.skip(2 * cursor.addressSize)
            for _ in 0..<count {
                try cursor.skip(cursor.lengthSize)
                guard let child = try cursor.address() else {
                    throw cursor.failure("a B-tree entry without an address")
                }
                if level > 0 { try visit(child, depth: depth + 1) } else { try leaf(child) }
            }
        }

        private mutating func leaf(_ address: Int) throws {
            var cursor = try superblock.cursor(at: address)
            guard visited.insert(address).inserted else {
                throw cursor.failure("the B-tree is too deep or contains a cycle")
            }
            try cursor.expect("SNOD")
            try cursor.skip(2)
            for _ in 0..<(try cursor.integer(2)) {
                guard let name = try cursor.optionalInteger(cursor.addressSize), let object = try cursor.address()
                else {
                    throw cursor.failure("a member without a name or address")
                }
                try cursor.skip(24)
                let (place, overflow) = heap.start.addingReportingOverflow(name)
                guard !overflow, place < heap.end else { throw cursor.failure("a name outside the heap") }
                var text = try superblock.cursor(at: place)
                members[try text.text()] = object
            }
        }
    }
}
