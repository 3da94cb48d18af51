/// The messages that describe a group or a dataset (section "Data Object Headers").
struct HDF5ObjectHeader {
    /// The kinds of messages that are read.
    enum Kind: Int {
        case dataspace = 0x01
        case linkInfo = 0x02
        case datatype = 0x03
        case link = 0x06
        case layout = 0x08
        case filters = 0x0B
        case continuation = 0x10
        case symbolTable = 0x11
    }

    private struct Message {
        let kind: Kind
        let isShared: Bool
        let content: HDF5Cursor
    }

    private var messages: [Message] = []
    private static let maximumMessages = 1 << 16
    private static let maximumBlocks = 1 << 10

    init(at address: Int, of superblock: HDF5Superblock) throws {
        var cursor = try superblock.cursor(at: address)
        if try cursor.integer(1) == 1 {
            try readFirst(&cursor, superblock)
        } else {
            cursor = try superblock.cursor(at: address)
            try readSecond(&cursor, superblock)
        }
    }

    /// Returns the content of the first message of a kind; `nil` if there is none.
    ///
    /// - Throws: `ReaderError` for a shared message, which is stored elsewhere.
    func content(_ kind: Kind) throws -> HDF5Cursor? {
        guard let message = messages.first(where: { $0.kind == kind }) else { return nil }
        guard !message.isShared else { throw message.content.failure("shared messages are not supported") }
        return message.content
    }

    /// Returns the contents of all messages of a kind.
    func contents(_ kind: Kind) -> [HDF5Cursor] { messages.filter { $0.kind == kind && !$0.isShared }.map(\.content) }

    private mutating func readFirst(_ cursor: inout HDF5Cursor, _ superblock: HDF5Superblock) throws {
        try cursor.skip(1)
        var left = try cursor.integer(2)
        try cursor.skip(4)
        let size = try cursor.integer(4)
        try cursor.skip(4)
        var blocks = [try cursor.part(size)]
        var seen = 0
        while seen < blocks.count, seen < Self.maximumBlocks {
            var block = blocks[seen]
            seen += 1
            while left > 0, block.remaining >= 8 {
                left -= 1
                let type = try block.integer(2)
                let size = try block.integer(2)
                let flags = try block.integer(1)
                try block.skip(3)
                if let next = try append(type, flags, try block.part(size), superblock) { blocks.append(next) }
            }
        }
    }

    private mutating func readSecond(_ cursor: inout HDF5Cursor, _ superblock: HDF5Superblock) throws {
        try cursor.expect("OHDR")
        guard try cursor.integer(1) == 2 else { throw cursor.failure("unknown object header version") }
        let flags = try cursor.integer(1)
        if flags & 0x20 != 0 { try cursor.skip(16) }
        if flags & 0x10 != 0 { try cursor.skip(4) }
        let size = try cursor.integer(1 << (flags & 3) > 4 ? 4 : 1 << (flags & 3))
        if flags & 3 == 3 { try cursor.skip(4) }
        var blocks = [try cursor.part(size)]
        var seen = 0
        let head = flags & 4 != 0 ? 6 : 4
        while seen < blocks.count, seen < Self.maximumBlocks {
            var block = blocks[seen]
            seen += 1
            while block.remaining >= head {
                let type = try block.integer(1)
                let size = try block.integer(2)
                let messageFlags = try block.integer(1)
                if head == 6 { try block.skip(2) }
                guard var next = try append(type, messageFlags, try block.part(size), superblock) else { continue }
                try next.expect("OCHK")
                guard next.remaining >= 4 else { throw next.failure("truncated") }
                blocks.append(try next.part(next.remaining - 4))
            }
        }
    }

    /// Keeps a message; for a continuation, returns the block that it points to.
    private mutating func append(
        _ type: Int,
        _ flags: Int,
        _ content: HDF5Cursor,
        _ superblock: HDF5Superblock
    ) throws -> HDF5Cursor? {
        guard let kind = Kind(rawValue: type) else { return nil }
        guard messages.count < Self.maximumMessages else { throw content.failure("too many messages") }
        guard kind == .continuation else {
            messages.append(Message(kind: kind, isShared: flags & 2 != 0, content: content))
            return nil
        }
        var content = content
        guard let address = try content.address() else { throw content.failure("a continuation without an address") }
        var block = try superblock.cursor(at: address)
        return try block.part(try content.length())
    }
}
