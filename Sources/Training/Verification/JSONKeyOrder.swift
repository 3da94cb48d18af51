/// Reads the order of the keys of one top-level object of a JSON text that is known to be valid.
struct JSONKeyOrder {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The keys of the object that a top-level key holds, in the order of the text.
    mutating func keys(ofObjectAt wanted: String) -> [String] {
        var depth = 0
        var current = ""
        var keys: [String] = []
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let text = string()
                guard isKey else { continue }
                if depth == 1 { current = text } else if depth == 2, current == wanted { keys.append(text) }
                continue
            default: break
            }
            position += 1
        }
        return keys
    }

    /// The string that starts here; leaves the position behind its closing quote.
    private mutating func string() -> String {
        let start = position + 1
        position = start
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(position, bytes.count)
        position += 1
        return String(decoding: bytes[min(start, end)..<end], as: UTF8.self)
    }

    /// Whether the string that was just read is followed by a colon.
    private var isKey: Bool {
        bytes.dropFirst(position).first { !$0.isJSONSpace } == UInt8(ascii: ":")
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
