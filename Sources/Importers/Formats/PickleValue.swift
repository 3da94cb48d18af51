/// What a pickle may hold: arrays, containers, numbers, texts and bytes, and nothing that could act.
public indirect enum PickleValue: Sendable {
    /// Python's `None`.
    case none
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A fraction.
    case number(Double)
    /// Text.
    case text(String)
    /// Bytes; also the text of Python 2.
    case bytes(ByteRegion)
    /// A list, tuple or set.
    case list([PickleValue])
    /// A dictionary in the order of the file.
    case dictionary([(key: PickleValue, value: PickleValue)])
    /// A NumPy array of numbers or texts.
    case array(NumpyArray)
    /// A NumPy array of objects, row-major.
    case objects(shape: [Int], [PickleValue])

    /// The value of a text key of a dictionary; the last one, should it be there twice.
    public subscript(key: String) -> PickleValue? {
        guard case .dictionary(let members) = self else { return nil }
        return members.last { $0.key.string == key }?.value
    }

    /// Text, also from the bytes that Python 2 writes for it.
    public var string: String? {
        switch self {
        case .text(let text): text
        case .bytes(let region): region.withBytes { String(validating: $0, as: UTF8.self) }
        default: nil
        }
    }

    /// The elements of a list, tuple, set, or array of objects.
    public var elements: [PickleValue]? {
        switch self {
        case .list(let elements), .objects(_, let elements): elements
        default: nil
        }
    }

    /// A NumPy array of numbers or texts.
    public var array: NumpyArray? {
        guard case .array(let array) = self else { return nil }
        return array
    }

    /// A number of any kind.
    public var double: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
