/// The order of an object's keys in a JSON file, which decoders do not keep.
enum JSONMemberOrder {
    /// Keys of the outermost object.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte when the file ends within the object.
    static func keys(ofObjectIn path: String) throws -> [String] {
        try ByteRegion(path: path).withBytes { bytes in
            var keys: [String] = []
            var depth = 0
            var expectsKey = false
            var index = 0
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    expectsKey = depth == 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                case UInt8(ascii: ","): expectsKey = depth == 1
                case UInt8(ascii: "\""):
                    let start = index + 1
                    index = start
                    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                        index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                    }
                    guard index < bytes.count else {
                        throw ReaderError(file: path, position: .byte(start), reason: "text without an end")
                    }
                    if expectsKey { keys.append(String(decoding: bytes[start..<index], as: UTF8.self)) }
                    expectsKey = false
                default: break
                }
                index += 1
            }
            return keys
        }
    }
}
