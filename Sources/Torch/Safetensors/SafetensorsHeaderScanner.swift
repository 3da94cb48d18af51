/// A parser for the subset of JSON that a safetensors header can contain.
struct SafetensorsHeaderScanner {
    /// A tensor as declared in the header, not yet checked against the data.
    struct Declaration {
        var dtype = ""
        var shape: [Int] = []
        var begin = 0
        var end = 0
    }

    /// An upper bound on the number of axes, above that of any array library.
    private static let maximumRank = 64

    private let bytes: UnsafeRawBufferPointer
    private let path: String
    private var position = 0

    init(bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    /// Parses the whole header.
    ///
    /// - Throws: ``SafetensorsError`` with the byte offset of the first error.
    mutating func scan() throws -> (tensors: [String: Declaration], metadata: [String: String]) {
        var tensors: [String: Declaration] = [:]
        var metadata: [String: String]?
        try object { scanner, key in
            if key == "__metadata__" {
                guard metadata == nil else { throw scanner.failure("duplicate key '__metadata__'") }
                metadata = try scanner.stringMap()
            } else {
                guard tensors[key] == nil else { throw scanner.failure("duplicate tensor '\(key)'") }
                tensors[key] = try scanner.declaration()
            }
        }
        skipSpace()
        guard position == bytes.count else { throw failure("unexpected text after the header's closing brace") }
        return (tensors, metadata ?? [:])
    }

    private mutating func declaration() throws -> Declaration {
        var result = Declaration()
        var seen: Set<String> = []
        try object { scanner, key in
            guard seen.insert(key).inserted else { throw scanner.failure("duplicate key '\(key)'") }
            switch key {
            case "dtype":
                result.dtype = try scanner.string()
            case "shape":
                result.shape = try scanner.integers()
            case "data_offsets":
                let offsets = try scanner.integers()
                guard offsets.count == 2 else { throw scanner.failure("data_offsets must be two numbers") }
                result.begin = offsets[0]
                result.end = offsets[1]
            default:
                throw scanner.failure("unknown key '\(key)'; expected dtype, shape and data_offsets")
            }
        }
        guard seen.count == 3 else { throw failure("a tensor needs dtype, shape and data_offsets") }
        return result
    }

    private mutating func stringMap() throws -> [String: String] {
        var result: [String: String] = [:]
        try object { scanner, key in
            guard result[key] == nil else { throw scanner.failure("duplicate metadata key '\(key)'") }
            result[key] = try scanner.string()
        }
        return result
    }

    private mutating func object(_ member: (inout SafetensorsHeaderScanner, String) throws -> Void) throws {
        try expect(UInt8(ascii: "{"))
        if accept(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try member(&self, key)
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    private mutating func integers() throws -> [Int] {
        var result: [Int] = []
        try expect(UInt8(ascii: "["))
        if accept(UInt8(ascii: "]")) { return result }
        repeat {
            guard result.count < Self.maximumRank else { throw failure("more than \(Self.maximumRank) numbers") }
            result.append(try integer())
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return result
    }

    private mutating func integer() throws -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position], digit >= 0x30, digit <= 0x39 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit) - 0x30)
            guard !overflow, !carry else { throw failure("number out of range; expected less than 2^63") }
            value = sum
            position += 1
        }
        guard position > start else { throw failure("expected a non-negative integer") }
        return value
    }

    private mutating func string() throws -> String {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("a string is not valid UTF-8")
                }
                return string
            case UInt8(ascii: "\\"):
                try escape(into: &text)
            case 0..<0x20:
                throw failure("control character in a string")
            default:
                text.append(byte)
            }
        }
        throw failure("unterminated string")
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard position < bytes.count else { throw failure("unterminated string") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicodeScalar()).utf8))
        default: throw failure("unknown escape sequence in a string")
        }
    }

    private mutating func unicodeScalar() throws -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure("incomplete surrogate pair") }
        position += 2
        let second = try hexadecimal()
        guard second >= 0xDC00, second <= 0xDFFF,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("incomplete surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard bytes.count - position >= 4 else { throw failure("unterminated string") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw failure("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard accept(byte) else { throw failure("expected '\(Character(Unicode.Scalar(byte)))'") }
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func failure(_ reason: String) -> SafetensorsError {
        SafetensorsError(path: path, reason: "invalid header at byte \(8 + position): \(reason)")
    }
}
