/// A value of a pickle: arrays, containers, numbers, text and bytes. Nothing in it can execute
/// code.
public indirect enum PickleValue: Sendable {
    /// Python's `None`.
    case none
    /// A Boolean.
    case bool(Bool)
    /// An integer.
    case integer(Int64)
    /// A floating-point number.
    case number(Double)
    /// Text.
    case text(String)
    /// Bytes; Python 2 also writes text as bytes.
    case bytes(ByteRegion)
    /// A list, tuple or set.
    case list([PickleValue])
    /// A dictionary in file order.
    case dictionary([(key: PickleValue, value: PickleValue)])
    /// A NumPy array of numbers or texts.
    case array(NumpyArray)
    /// A NumPy array of Python objects, row-major.
    case objects(shape: [Int], [PickleValue])

    /// The value of a text key of a dictionary; the last one if the key is repeated, `nil` if there
    /// is none.
    public subscript(key: String) -> PickleValue? {
        guard case .dictionary(let members) = self else { return nil }
        return members.last { $0.key.string == key }?.value
    }

    /// The text keys of a dictionary in file order; empty for other values.
    public var keys: [String] {
        guard case .dictionary(let members) = self else { return [] }
        return members.compactMap(\.key.string)
    }

    /// The text of a text value, or of bytes in UTF-8; otherwise `nil`.
    public var string: String? {
        switch self {
        case .text(let text): text
        case .bytes(let region): region.withBytes { String(validating: $0, as: UTF8.self) }
        default: nil
        }
    }

    /// The elements of a list, tuple, set or object array; otherwise `nil`.
    public var elements: [PickleValue]? {
        switch self {
        case .list(let elements), .objects(_, let elements): elements
        default: nil
        }
    }

    /// The NumPy array of numbers or texts; otherwise `nil`.
    public var array: NumpyArray? {
        guard case .array(let array) = self else { return nil }
        return array
    }

    /// The value of a Boolean or number in double precision; otherwise `nil`.
    public var double: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
