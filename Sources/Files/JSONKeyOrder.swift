/// The order of the keys in a JSON text, which JSON decoders discard.
///
/// The text must be valid JSON. A truncated text gives the keys up to the point of truncation.
/// Escape sequences in keys are kept as written.
public struct JSONKeyOrder {
    /// The keys of the outermost object, in the order of the text.
    public private(set) var keys: [String] = []
    private var nested: [[String]] = []

    /// Scans a JSON text in one pass.
    ///
    /// - Parameter bytes: The text in UTF-8.
    public init(_ bytes: [UInt8]) {
        var depth = 0
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let text = Self.string(in: bytes, at: &position)
                guard Self.isFollowedByColon(bytes, position) else { continue }
                if depth == 1 {
                    keys.append(text)
                    nested.append([])
                } else if depth == 2, !nested.isEmpty {
                    nested[nested.count - 1].append(text)
                }
                continue
            default: break
            }
            position += 1
        }
    }

    /// Returns the keys of the object stored under a key of the outermost object, in the order of
    /// the text.
    ///
    /// The result is empty when the key is missing or its value is not an object.
    public func keys(ofObjectAt key: String) -> [String] {
        zip(keys, nested).first { $0.0 == key }?.1 ?? []
    }

    /// Returns the string that starts at `position` and moves `position` past the closing quote.
    private static func string(in bytes: [UInt8], at position: inout Int) -> String {
        let start = position + 1
        position = start
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(position, bytes.count)
        position += 1
        return String(decoding: bytes[min(start, end)..<end], as: UTF8.self)
    }

    private static func isFollowedByColon(_ bytes: [UInt8], _ position: Int) -> Bool {
        let spaces: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        return bytes.dropFirst(position).first { !spaces.contains($0) } == UInt8(ascii: ":")
    }
}
