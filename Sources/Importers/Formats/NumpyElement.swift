/// The type of a NumPy array's elements.
public enum NumpyElement: Hashable, Sendable {
    /// Truth values of one byte.
    case bool
    /// Integers with a sign, of so many bytes.
    case signed(Int)
    /// Integers without a sign, of so many bytes.
    case unsigned(Int)
    /// Floating point of so many bytes.
    case float(Int)
    /// Text of at most so many UTF-32 characters.
    case text(Int)
    /// At most so many bytes.
    case bytes(Int)
    /// Python objects; only within pickles.
    case object

    /// Bytes of one element; 0 for objects.
    public var byteCount: Int {
        switch self {
        case .bool: 1
        case .signed(let count), .unsigned(let count), .float(let count), .bytes(let count): count
        case .text(let characters): characters * 4
        case .object: 0
        }
    }

    /// No text field is wider.
    private static let maximumWidth = 1 << 24

    /// Reads a type as NumPy writes it, such as `f8`, `<i4` or `|b1`; `nil` for types that are not supported.
    ///
    /// - Returns: the element and whether its bytes are big-endian.
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
