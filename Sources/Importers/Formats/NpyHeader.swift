/// The content of a `.npy` header.
struct NpyHeader {
    var type: String
    var isColumnMajor: Bool
    var shape: [Int]
}

/// Parses the Python dictionary in a `.npy` header without evaluating anything.
struct NpyHeaderScanner {
    private let text: [UInt8]
    private let file: String
    private let offset: Int
    private var position = 0

    init(text: [UInt8], file: String, offset: Int) {
        self.text = text
        self.file = file
        self.offset = offset
    }

    mutating func scan() throws -> NpyHeader {
        var type: String?
        var isColumnMajor: Bool?
        var shape: [Int]?
        try expect("{")
        while !accept("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr": type = try string()
            case "fortran_order": isColumnMajor = try flag()
            case "shape": shape = try integers()
            default: throw failure("unknown key '\(key.prefix(40))'")
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        guard let type, let isColumnMajor, let shape else {
            throw failure("expected the keys descr, fortran_order and shape")
        }
        return NpyHeader(type: type, isColumnMajor: isColumnMajor, shape: shape)
    }

    private mutating func string() throws -> String {
        skipSpace()
        guard position < text.count, case let quote = text[position], quote == 0x27 || quote == 0x22 else {
            throw failure("expected text in quotes (structured types are not supported)")
        }
        position += 1
        let start = position
        while position < text.count, text[position] != quote { position += 1 }
        guard position < text.count else { throw failure("unterminated text") }
        defer { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func flag() throws -> Bool {
        if accept("True") { return true }
        if accept("False") { return false }
        throw failure("expected True or False")
    }

    private mutating func integers() throws -> [Int] {
        var result: [Int] = []
        try expect("(")
        while !accept(")") {
            skipSpace()
            let start = position
            while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
            guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)), result.count < 64 else {
                throw failure("expected sizes of axes")
            }
            _ = accept("L")
            result.append(value)
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return result
    }

    private mutating func expect(_ token: String) throws {
        guard accept(token) else { throw failure("expected '\(token)'") }
    }

    private mutating func accept(_ token: String) -> Bool {
        skipSpace()
        guard text[position...].starts(with: token.utf8) else { return false }
        position += token.utf8.count
        return true
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private func failure(_ reason: String) -> ReaderError {
        ReaderError(file: file, position: .byte(offset + position), reason: "header: \(reason)")
    }
}
