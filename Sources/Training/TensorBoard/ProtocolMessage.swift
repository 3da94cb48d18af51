/// A message of Protocol Buffers, encoded field by field.
///
/// Source: the wire format of Protocol Buffers, version 3.
struct ProtocolMessage {
    /// The encoded fields.
    private(set) var bytes: [UInt8] = []

    /// Adds a whole number of at least 0.
    mutating func add(_ field: Int, integer value: Int) {
        addKey(field, wire: 0)
        addVarint(UInt64(value))
    }

    /// Adds a number in double precision.
    mutating func add(_ field: Int, double value: Double) {
        addKey(field, wire: 1)
        addLittleEndian(value.bitPattern)
    }

    /// Adds a number in single precision.
    mutating func add(_ field: Int, float value: Float) {
        addKey(field, wire: 5)
        addLittleEndian(value.bitPattern)
    }

    /// Adds bytes.
    mutating func add(_ field: Int, bytes value: [UInt8]) {
        addKey(field, wire: 2)
        addVarint(UInt64(value.count))
        bytes += value
    }

    /// Adds text.
    mutating func add(_ field: Int, text value: String) { add(field, bytes: Array(value.utf8)) }

    /// Adds a message, which `fill` builds.
    mutating func add(_ field: Int, _ fill: (inout ProtocolMessage) -> Void) {
        var message = ProtocolMessage()
        fill(&message)
        add(field, bytes: message.bytes)
    }

    private mutating func addKey(_ field: Int, wire: UInt64) { addVarint(UInt64(field) << 3 | wire) }

    private mutating func addVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func addLittleEndian(_ value: some FixedWidthInteger) {
        bytes += withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// Returns the value of the first whole number with a field number among encoded fields; `nil`
    /// if there is none before the first damaged field.
    static func integer(_ field: Int, in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let key = takeVarint(&rest) {
            let length: UInt64
            switch key & 7 {
            case 0:
                guard let value = takeVarint(&rest) else { return nil }
                if key >> 3 == UInt64(field) { return Int(truncatingIfNeeded: value) }
                continue
            case 1: length = 8
            case 2:
                guard let size = takeVarint(&rest) else { return nil }
                length = size
            case 5: length = 4
            default: return nil
            }
            guard length <= UInt64(rest.count) else { return nil }
            rest = rest.dropFirst(Int(length))
        }
        return nil
    }

    private static func takeVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
