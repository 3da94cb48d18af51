/// The element type of a NumPy array.
public enum NumpyElement: Hashable, Sendable {
    /// Booleans of one byte.
    case bool
    /// Signed integers; the value is the number of bytes.
    case signed(Int)
    /// Unsigned integers; the value is the number of bytes.
    case unsigned(Int)
    /// Floating point; the value is the number of bytes.
    case float(Int)
    /// Text; the value is the maximum number of UTF-32 characters.
    case text(Int)
    /// Byte strings; the value is the maximum number of bytes.
    case bytes(Int)
    /// Python objects, which only pickles contain.
    case object

    /// The number of bytes per element; 0 for objects.
    public var byteCount: Int {
        switch self {
        case .bool: 1
        case .signed(let count), .unsigned(let count), .float(let count), .bytes(let count): count
        case .text(let characters): characters * 4
        case .object: 0
        }
    }

    /// True for Booleans and numbers.
    var isNumeric: Bool {
        switch self {
        case .bool, .signed, .unsigned, .float: true
        case .text, .bytes, .object: false
        }
    }

    /// The limit of the width of a text field.
    private static let maximumWidth = 1 << 24

    /// Parses a type in NumPy's notation, such as `f8`, `<i4` or `|b1`.
    ///
    /// - Returns: The element type and whether it is big-endian; `nil` for an unsupported type.
    static func parse(_ text: String) -> (element: NumpyElement, isBigEndian: Bool)? {
        var rest = Substring(text)
        var isBigEndian = false
        if let order = rest.first, "<>|=".contains(order) {
            isBigEndian = order == ">"
            rest.removeFirst()
        }
        guard let kind = rest.popFirst() else { return nil }
        if kind == "O" { return rest.isEmpty || rest == "8" ? (.object, false) : nil }
        if kind == "?" { return rest.isEmpty ? (.bool, false) : nil }
        guard let size = Int(rest), size >= 0, size <= maximumWidth else { return nil }
        switch (kind, size) {
        case ("b", 1): return (.bool, false)
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8): return (.signed(size), isBigEndian)
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): return (.unsigned(size), isBigEndian)
        case ("f", 2), ("f", 4), ("f", 8): return (.float(size), isBigEndian)
        case ("U", _): return (.text(size), isBigEndian)
        case ("S", _), ("a", _): return (.bytes(size), false)
        default: return nil
        }
    }
}
