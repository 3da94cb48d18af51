import Files

/// The stack machine that executes a pickle.
final class PickleMachine {
    private let region: ByteRegion
    private let file: String
    private let offset: Int
    private let limits: PickleReader.Limits
    private var memory: Int
    private var position = 0
    /// The position of the current opcode, for messages.
    private var opcodePosition = 0
    private var stack: [PickleItem] = []
    private var memo: [Int: PickleItem] = [:]
    /// All boxes ever made. They may form cycles and be nested to any depth, so they are emptied
    /// one by one at the end.
    private var boxes: [PickleBox] = []
    /// The numbers that a checkpoint stores beside its pickle, by key; `nil` for other pickles.
    let storages: [String: ByteRegion]?

    init(
        region: ByteRegion, file: String, offset: Int, limits: PickleReader.Limits,
        storages: [String: ByteRegion]? = nil
    ) {
        self.storages = storages
        self.region = region
        self.file = file
        self.offset = offset
        self.limits = limits
        memory = limits.memory
    }

    /// Releases all boxes without recursion, however deeply they are nested.
    func dismantle() {
        stack = []
        memo = [:]
        for box in boxes { box.items = [] }
    }

    func run() throws -> PickleValue {
        try region.withBytes { bytes in
            while true {
                opcodePosition = position
                let opcode = try byte(bytes)
                if opcode == UInt8(ascii: ".") { break }
                try execute(opcode, bytes)
            }
        }
        var conversion = PickleConversion(file: file, limits: limits)
        return try conversion.value(pop(), depth: 0)
    }

    // MARK: Reading

    func failure(_ reason: String) -> ReaderError {
        ReaderError(file: file, position: .byte(offset + opcodePosition), reason: reason)
    }

    private func byte(_ bytes: UnsafeRawBufferPointer) throws -> UInt8 {
        guard position < bytes.count else { throw failure("the pickle has no stop opcode: truncated") }
        defer { position += 1 }
        return bytes[position]
    }

    private func integer(_ bytes: UnsafeRawBufferPointer, bytes count: Int) throws -> UInt64 {
        guard bytes.count - position >= count else { throw failure("truncated") }
        defer { position += count }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
    }

    private func part(_ bytes: UnsafeRawBufferPointer, lengthBytes: Int) throws -> ByteRegion {
        let claimed = try integer(bytes, bytes: lengthBytes)
        guard let count = Int(exactly: claimed), count <= bytes.count - position,
            let part = region.part(position..<position + count)
        else { throw failure("claims \(claimed) bytes, but \(bytes.count - position) follow") }
        position += count
        return part
    }

    /// Reads text up to the end of the line, for protocol 0.
    private func line(_ bytes: UnsafeRawBufferPointer) throws -> ByteRegion {
        var end = position
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        guard end < bytes.count, let part = region.part(position..<end) else { throw failure("truncated") }
        position = end + 1
        return part
    }

    private func word(_ bytes: UnsafeRawBufferPointer) throws -> String {
        let line = try line(bytes)
        guard line.count <= 10_000 else { throw failure("a line of \(line.count) bytes, expected at most 10000") }
        return line.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Stack

    func charge(_ bytes: Int) throws {
        memory -= bytes
        guard memory >= 0 else {
            throw failure("needs more than \(limits.memory) bytes of memory; \(FileMemory.advice)")
        }
    }

    func push(_ item: PickleItem) throws {
        try charge(MemoryLayout<PickleItem>.stride)
        stack.append(item)
    }

    func pop() throws -> PickleItem {
        guard let item = stack.popLast() else { throw failure("the stack is empty") }
        if case .mark = item { throw failure("a mark where a value is expected") }
        return item
    }

    private func popToMark() throws -> [PickleItem] {
        let start = stack.lastIndex {
            if case .mark = $0 { true } else { false }
        }
        guard let start else { throw failure("no mark on the stack") }
        let items = Array(stack[(start + 1)...])
        stack.removeSubrange(start...)
        return items
    }

    func box(_ items: [PickleItem] = []) throws -> PickleBox {
        try charge(256 + items.count * MemoryLayout<PickleItem>.stride)
        let box = PickleBox()
        box.items = items
        boxes.append(box)
        return box
    }

    func top() throws -> PickleItem {
        guard let item = stack.last else { throw failure("the stack is empty") }
        return item
    }

    private func remember(_ index: UInt64) throws {
        guard let index = Int(exactly: index) else { throw failure("memo index \(index) is too large") }
        try charge(2 * MemoryLayout<PickleItem>.stride)
        memo[index] = try top()
    }

    private func recall(_ index: UInt64) throws {
        guard let index = Int(exactly: index), let item = memo[index] else {
            throw failure("memo index \(index) was never set")
        }
        try push(item)
    }

    // MARK: Opcodes

    private func execute(_ opcode: UInt8, _ bytes: UnsafeRawBufferPointer) throws {
        switch Character(Unicode.Scalar(opcode)) {
        case "\u{80}": try checkProtocol(bytes)
        case "\u{95}": _ = try integer(bytes, bytes: 8)
        case "(": try push(.mark)
        case "0": try discard()
        case "1": _ = try popToMark()
        case "2": try push(top())
        case "N": try push(.none)
        case "\u{88}": try push(.bool(true))
        case "\u{89}": try push(.bool(false))
        case "K": try push(.integer(Int64(byte(bytes))))
        case "M": try push(.integer(Int64(integer(bytes, bytes: 2))))
        case "J": try push(.integer(Int64(Int32(truncatingIfNeeded: integer(bytes, bytes: 4)))))
        case "\u{8a}": try push(.integer(long(part(bytes, lengthBytes: 1))))
        case "\u{8b}": try push(.integer(long(part(bytes, lengthBytes: 4))))
        case "G": try push(.number(Double(bitPattern: integer(bytes, bytes: 8).byteSwapped)))
        case "I", "L": try push(decimal(word(bytes)))
        case "F": try push(.number(fraction(word(bytes))))
        case "X": try push(.text(part(bytes, lengthBytes: 4)))
        case "\u{8c}": try push(.text(part(bytes, lengthBytes: 1)))
        case "\u{8d}": try push(.text(part(bytes, lengthBytes: 8)))
        case "V": try push(.text(unescaped(line(bytes))))
        case "B", "T": try push(.bytes(part(bytes, lengthBytes: 4)))
        case "C", "U": try push(.bytes(part(bytes, lengthBytes: 1)))
        case "\u{8e}", "\u{96}": try push(.bytes(part(bytes, lengthBytes: 8)))
        case "S": try push(.bytes(quoted(line(bytes))))
        case "]": try push(.list(box()))
        case "}": try push(.dictionary(box()))
        case ")": try push(.tuple(box()))
        case "\u{8f}": try push(.list(box()))
        case "l", "\u{91}": try push(.list(box(popToMark())))
        case "t": try push(.tuple(box(popToMark())))
        case "d": try push(.dictionary(box(pairs(popToMark()))))
        case "\u{85}": try tuple(of: 1)
        case "\u{86}": try tuple(of: 2)
        case "\u{87}": try tuple(of: 3)
        case "a": try extend(by: [pop()])
        case "e", "\u{90}": try extend(by: popToMark())
        case "s": try setItem()
        case "u": try fill(with: popToMark())
        case "p": try remember(memoIndex(word(bytes)))
        case "q": try remember(UInt64(byte(bytes)))
        case "r": try remember(integer(bytes, bytes: 4))
        case "\u{94}": try remember(UInt64(memo.count))
        case "g": try recall(memoIndex(word(bytes)))
        case "h": try recall(UInt64(byte(bytes)))
        case "j": try recall(integer(bytes, bytes: 4))
        case "c": try global(module: word(bytes), name: word(bytes))
        case "\u{93}": try stackGlobal()
        case "R": try reduce()
        case "b": try build()
        case "i": throw refusal("\(try word(bytes)).\(try word(bytes))")
        case "\u{81}" where storages != nil: try newObject()
        case "Q" where storages != nil: try storage()
        case "o", "\u{81}", "\u{92}": throw failure("refuses to construct an object; \(Self.expectation)")
        case "P", "Q": throw failure("refuses an object stored outside the pickle; \(Self.expectation)")
        case "\u{82}", "\u{83}", "\u{84}": throw failure("refuses a registered extension; \(Self.expectation)")
        case "\u{97}", "\u{98}": throw failure("refuses a buffer stored outside the pickle; \(Self.expectation)")
        default: throw failure("\(Self.unknownOpcode) \(opcode): not a pickle, or damaged")
        }
    }

    static let unknownOpcode = "unknown opcode"

    private func checkProtocol(_ bytes: UnsafeRawBufferPointer) throws {
        let version = try byte(bytes)
        guard version <= 5 else { throw failure("pickle protocol \(version), expected 0 to 5") }
    }

    private func discard() throws {
        guard stack.popLast() != nil else { throw failure("the stack is empty") }
    }

    private func long(_ part: ByteRegion) throws -> Int64 {
        try part.withBytes { bytes in
            guard bytes.count <= 8 else { throw failure("an integer of \(bytes.count) bytes, expected at most 8") }
            guard let last = bytes.last else { return 0 }
            let filler: UInt64 = last & 0x80 == 0 || bytes.count == 8 ? 0 : ~0 << (8 * UInt64(bytes.count))
            let bits = bytes.enumerated().reduce(filler) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
            return Int64(bitPattern: bits)
        }
    }

    private func decimal(_ word: String) throws -> PickleItem {
        if word == "00" { return .bool(false) }
        if word == "01" { return .bool(true) }
        guard let value = Int64(word.last == "L" ? String(word.dropLast()) : word) else {
            throw failure("'\(word.prefix(40))' is not a 64-bit integer")
        }
        return .integer(value)
    }

    private func fraction(_ word: String) throws -> Double {
        guard let value = Double(word) else { throw failure("'\(word.prefix(40))' is not a number") }
        return value
    }

    private func memoIndex(_ word: String) throws -> UInt64 {
        guard let index = UInt64(word) else { throw failure("'\(word.prefix(40))' is not a memo index") }
        return index
    }

    /// Decodes text in the notation of Python's `repr`.
    private func quoted(_ line: ByteRegion) throws -> ByteRegion {
        let text = line.copied()
        guard text.count >= 2, let quote = text.first, quote == 0x27 || quote == 0x22, text.last == quote else {
            throw failure("text without quotes")
        }
        var result: [UInt8] = []
        var index = 1
        while index < text.count - 1 {
            guard text[index] == UInt8(ascii: "\\") else {
                result.append(text[index])
                index += 1
                continue
            }
            let escape = text[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "x"):
                guard index + 2 < text.count,
                    let value = UInt8(String(decoding: text[index..<index + 2], as: UTF8.self), radix: 16)
                else { throw failure("invalid escape sequence") }
                result.append(value)
                index += 2
            default: result.append(escape)
            }
        }
        try charge(result.count)
        return ByteRegion(result)
    }

    /// Converts Python's raw-unicode-escape to UTF-8: one byte per latin1 character, `\\u` and
    /// `\\U` for all others.
    private func unescaped(_ line: ByteRegion) throws -> ByteRegion {
        let text = line.copied()
        try charge(2 * text.count)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < text.count {
            let width = index + 1 < text.count && text[index] == UInt8(ascii: "\\") ? text[index + 1] : 0
            guard width == UInt8(ascii: "u") || width == UInt8(ascii: "U") else {
                result.append(Unicode.Scalar(text[index]))
                index += 1
                continue
            }
            let digits = text[(index + 2)...].prefix(width == UInt8(ascii: "u") ? 4 : 8)
            guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw failure("invalid escape sequence") }
            result.append(scalar)
            index += 2 + digits.count
        }
        return ByteRegion(Array(String(result).utf8))
    }

    private func tuple(of count: Int) throws {
        var items: [PickleItem] = []
        for _ in 0..<count { items.insert(try pop(), at: 0) }
        try push(.tuple(box(items)))
    }

    private func extend(by items: [PickleItem]) throws {
        guard case .list(let list) = try top() else { throw failure("elements for a value that is not a list") }
        try charge(items.count * MemoryLayout<PickleItem>.stride)
        list.items += items
    }

    private func pairs(_ items: [PickleItem]) throws -> [PickleItem] {
        guard items.count % 2 == 0 else { throw failure("a key without a value") }
        return items
    }

    private func setItem() throws {
        let value = try pop()
        let key = try pop()
        try fill(with: [key, value])
    }

    private func fill(with items: [PickleItem]) throws {
        guard case .dictionary(let dictionary) = try top() else {
            throw failure("keys for a value that is not a dictionary")
        }
        try charge(items.count * MemoryLayout<PickleItem>.stride)
        dictionary.items += try pairs(items)
    }

    // MARK: Names

    static let expectation = "a pickle may contain only NumPy arrays, containers, numbers and text"

    private func refusal(_ name: String) -> ReaderError {
        failure("refuses \(name.prefix(200)); \(Self.expectation)")
    }

    private func global(module: String, name: String) throws {
        let known =
            storages == nil
            ? PickleGlobal(module: module, name: name) : PickleGlobal(checkpointModule: module, name: name)
        guard let global = known else { throw refusal("\(module).\(name)") }
        try push(.global(global))
    }

    private func stackGlobal() throws {
        guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
            throw failure("a name is not text")
        }
        try global(module: text(module), name: text(name))
    }

    func text(_ region: ByteRegion) throws -> String {
        guard region.count <= 10_000, let text = region.withBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw failure("text is not UTF-8")
        }
        return text
    }

    /// Builds the value that calling an allowed name would return.
    private func reduce() throws {
        guard case .tuple(let tuple) = try pop() else { throw failure("arguments are not a tuple") }
        guard case .global(let global) = try pop() else {
            throw failure("refuses to call a value; \(Self.expectation)")
        }
        let arguments = tuple.items
        switch global {
        case .reconstruct:
            guard case .global(.ndarray)? = arguments.first else {
                throw failure("refuses a subclass of ndarray")
            }
            try push(.array(box()))
        case .dtype:
            guard let name = try arguments.first.map(word), let type = NumpyElement.parse(name) else {
                throw failure("unsupported NumPy type")
            }
            let result = try box()
            result.element = type.element
            result.isBigEndian = type.isBigEndian
            try push(.type(result))
        case .scalar: try push(scalar(arguments))
        case .fromBuffer: try push(fromBuffer(arguments))
        case .encode: try push(.bytes(latin1(arguments)))
        case .set, .list: try push(.list(box(elements(arguments))))
        case .tuple: try push(.tuple(box(elements(arguments))))
        case .byteArray, .bytes: try push(.bytes(rawBytes(arguments)))
        case .dictionary, .orderedDictionary: try push(.dictionary(dictionary(arguments)))
        case .defaultDictionary: try push(.dictionary(box()))
        case .rebuildTensor: try push(tensor(arguments))
        case .rebuildParameter:
            guard let tensor = arguments.first else { throw failure("a parameter without a tensor") }
            try push(tensor)
        case .object: try push(.dictionary(object()))
        case .ndarray, .number, .storage: throw failure("refuses to construct an object; \(Self.expectation)")
        }
    }

    func word(_ item: PickleItem) throws -> String {
        switch item {
        case .text(let region), .bytes(let region): try text(region)
        default: throw failure("a name is not text")
        }
    }

    private func elements(_ arguments: [PickleItem]) throws -> [PickleItem] {
        switch arguments.first {
        case nil: return []
        case .list(let box)?, .tuple(let box)?: return box.items
        default: throw failure("elements are neither a list nor a tuple")
        }
    }

    private func dictionary(_ arguments: [PickleItem]) throws -> PickleBox {
        if case .dictionary(let other)? = arguments.first { return try box(other.items) }
        var items: [PickleItem] = []
        for pair in try elements(arguments) {
            guard case let members = try elements([pair]), members.count == 2 else {
                throw failure("a key without a value")
            }
            items += members
        }
        return try box(items)
    }

    private func rawBytes(_ arguments: [PickleItem]) throws -> ByteRegion {
        switch arguments.first {
        case nil: return ByteRegion([])
        case .bytes(let region)?: return region
        case .text?: return try latin1(arguments)
        default: throw failure("expected bytes")
        }
    }

    /// Decodes the bytes that protocol 2 writes as text, with one character per byte.
    private func latin1(_ arguments: [PickleItem]) throws -> ByteRegion {
        guard arguments.count == 2, case .text(let region) = arguments[0],
            ["latin1", "latin-1"].contains(try word(arguments[1]))
        else { throw failure("an encoding other than latin1 is not supported") }
        try charge(region.count)
        return try region.withBytes { text in
            var result: [UInt8] = []
            result.reserveCapacity(text.count)
            var index = 0
            while index < text.count {
                let lead = text[index]
                if lead < 0x80 {
                    result.append(lead)
                    index += 1
                } else if lead & 0xFE == 0xC2, index + 1 < text.count, text[index + 1] & 0xC0 == 0x80 {
                    result.append(lead << 6 | text[index + 1] & 0x3F)
                    index += 2
                } else {
                    throw failure("a character outside latin1")
                }
            }
            return ByteRegion(result)
        }
    }

    // MARK: Arrays

    func shape(_ item: PickleItem) throws -> [Int] {
        let sizes: [PickleItem]
        switch item {
        case .tuple(let box), .list(let box): sizes = box.items
        case .integer: sizes = [item]
        default: throw failure("a shape is not a tuple")
        }
        guard sizes.count <= 64 else { throw failure("an array has \(sizes.count) axes, expected at most 64") }
        return try sizes.map { size in
            guard case .integer(let value) = size, let size = Int(exactly: value), size >= 0 else {
                throw failure("an axis size is not a whole number")
            }
            return size
        }
    }

    private func scalar(_ arguments: [PickleItem]) throws -> PickleItem {
        guard arguments.count == 2, case .type(let type) = arguments[0] else {
            throw failure("a scalar without a type")
        }
        if type.element == .object { return arguments[1] }
        guard case .bytes(let region) = arguments[1], let element = type.element,
            let array = NumpyArray(
                shape: [], element: element, isBigEndian: type.isBigEndian, isColumnMajor: false, region: region)
        else { throw failure("the bytes of a scalar do not match its type") }
        if element == .bool { return .bool(array.integers()?.first == 1) }
        if let value = array.integers()?.first { return .integer(value) }
        if let value = array.doubles()?.first { return .number(value) }
        return .text(ByteRegion(Array((array.strings()?.first ?? "").utf8)))
    }

    private func fromBuffer(_ arguments: [PickleItem]) throws -> PickleItem {
        guard arguments.count == 4, case .bytes(let region) = arguments[0], case .type(let type) = arguments[1] else {
            throw failure("an array without bytes and type")
        }
        let result = try box()
        result.element = type.element
        result.isBigEndian = type.isBigEndian
        result.shape = try shape(arguments[2])
        result.isColumnMajor = try word(arguments[3]) == "F"
        result.region = region
        return .array(result)
    }

    private func build() throws {
        let state = try pop()
        if storages != nil, case .dictionary(let box) = try top() { return try setState(state, of: box) }
        guard case .tuple(let tuple) = state else { throw failure("refuses to set the state of an object") }
        switch try top() {
        case .array(let array):
            let parts = tuple.items
            guard parts.count == 5, case .type(let type) = parts[2] else {
                throw failure("the state of an array needs version, shape, type, order and bytes")
            }
            array.shape = try shape(parts[1])
            array.element = type.element
            array.isBigEndian = type.isBigEndian
            if case .bool(true) = parts[3] { array.isColumnMajor = true }
            if case .integer(1) = parts[3] { array.isColumnMajor = true }
            switch parts[4] {
            case .bytes(let region): array.region = region
            case .text: array.region = try latin1([parts[4], .text(ByteRegion(Array("latin1".utf8)))])
            case .list(let list): array.items = list.items
            default: throw failure("an array without bytes")
            }
        case .type(let type):
            guard tuple.items.count >= 5 else { throw failure("the state of a NumPy type is too short") }
            if case .none = tuple.items[3] {} else { throw failure("refuses a structured NumPy type") }
            if let order = try? word(tuple.items[1]) { type.isBigEndian = order == ">" }
        default: throw failure("refuses to set the state of an object")
        }
    }
}
