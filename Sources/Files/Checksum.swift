import CZlib

/// The CRC-32 of a sequence of bytes (ISO 3309, as in zlib and gzip), written `crc32:` and eight
/// hexadecimal digits.
///
/// It finds every change of up to 32 bits in a row, and any other with a probability of
/// 1 − 2⁻³². It does not protect against intent.
public struct Checksum: Equatable, Sendable {
    private static let prefix = "crc32:"
    private static let digits = 8

    /// The text of the checksum of nothing, the placeholder in a file that holds its own checksum.
    public static let placeholder = Checksum().text

    private var value: UInt = 0

    /// Creates the checksum of no bytes.
    public init() {}

    /// Creates the checksum of some bytes.
    public init(_ bytes: UnsafeRawBufferPointer) { add(bytes) }

    /// Continues the checksum with the bytes that follow.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
        value = UInt(crc32_z(uLong(value), start, bytes.count))
    }

    /// The checksum as text, always of the same length.
    public var text: String {
        let hexadecimal = String(value, radix: 16)
        return Self.prefix + String(repeating: "0", count: Self.digits - hexadecimal.count) + hexadecimal
    }

    /// Returns the checksum of a text that holds its own checksum, which counts as the placeholder.
    ///
    /// - Parameters:
    ///   - bytes: The bytes with the checksum.
    ///   - range: The place of the checksum.
    public static func excluding(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Checksum {
        var sum = Checksum()
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[..<range.lowerBound]))
        Array(placeholder.utf8).withUnsafeBytes { sum.add($0) }
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))
        return sum
    }

    /// Returns the place of a text in the first bytes of a file; `nil` when it does not occur.
    public static func place(of text: String, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
        return (0...bytes.count - wanted.count).first { start in
            bytes[start] == wanted[0] && bytes[start..<start + wanted.count].elementsEqual(wanted)
        }.map { $0..<$0 + wanted.count }
    }
}
