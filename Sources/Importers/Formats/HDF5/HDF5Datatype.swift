/// The type of a dataset's elements (section "Datatype Message").
struct HDF5Datatype {
    let element: NumpyElement
    let isBigEndian: Bool

    private static let maximumTextWidth = 1 << 24
    private static let maximumNesting = 4

    /// Reads a type.
    ///
    /// - Throws: `ReaderError` naming an unsupported type.
    init(_ cursor: inout HDF5Cursor, nesting: Int = 0) throws {
        let start = cursor
        let head = try cursor.integer(1)
        let bits = try cursor.integer(3)
        let size = try cursor.integer(4)
        switch head & 15 {
        case 0:
            let (offset, precision) = (try cursor.integer(2), try cursor.integer(2))
            guard [1, 2, 4, 8].contains(size), offset == 0, precision == 8 * size else {
                throw start.failure("integers of \(precision) bits in \(size) bytes are not supported")
            }
            element = bits & 8 != 0 ? .signed(size) : .unsigned(size)
            isBigEndian = bits & 1 != 0
        case 1:
            let layout = (
                try cursor.integer(2), try cursor.integer(2), try cursor.integer(1), try cursor.integer(1),
                try cursor.integer(1), try cursor.integer(1)
            )
            let expected = [2: (0, 16, 10, 5, 0, 10), 4: (0, 32, 23, 8, 0, 23), 8: (0, 64, 52, 11, 0, 52)][size]
            guard let expected, layout == expected, bits & 0x40 == 0 else {
                throw start.failure("\(size)-byte floating point other than IEEE 754 is not supported")
            }
            element = .float(size)
            isBigEndian = bits & 1 != 0
        case 3:
            guard (1...Self.maximumTextWidth).contains(size) else {
                throw start.failure("text of \(size) bytes is not supported")
            }
            element = .bytes(size)
            isBigEndian = false
        case 8:
            // h5py stores Booleans as an enumeration with two members; only the base type matters.
            guard nesting < Self.maximumNesting else { throw start.failure("datatypes are nested too deeply") }
            let base = try HDF5Datatype(&cursor, nesting: nesting + 1)
            element = base.element
            isBigEndian = base.isBigEndian
        default:
            let names = [
                2: "time", 4: "bit-field", 5: "opaque", 6: "compound", 7: "reference", 9: "variable-length",
                10: "array",
            ]
            throw start.failure("\(names[head & 15] ?? "unknown") elements are not supported")
        }
    }
}
