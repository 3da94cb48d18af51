/// A column of a raw table: its role, and what its cells become.
///
/// A description that a person writes needs the role alone. An import fills in the rest, by which
/// later tables are read in the same way.
public struct TableColumn: Hashable, Sendable, Encodable {
    /// The use of the column.
    public var role: ColumnRole
    /// The name of the modality, target or group in the dataset; `nil` uses the column's name.
    public var name: String?
    /// The kind of modality; `nil` uses the one that suits the role.
    public var kind: ModalityKind?
    /// The names of the categories, classes or labels.
    public var categories: [String]?
    /// True when training rows showed categories without a name of their own.
    public var unknown: Bool?
    /// The unit of numbers, as text for people.
    public var unit: String?
    /// The text between the labels of a cell.
    public var separator: String?
    /// The smallest and the largest training value.
    public var range: [Double]?
    /// The size of a sample: words of a text, rows and columns of an image, frames, rows and
    /// columns of a video, tokens of a sound or frames and mel bands of its picture, axes and
    /// channels of an array.
    public var size: [Int]?
    /// The rows and columns of a square patch of an image, or of a sound's picture.
    public var patch: Int?
    /// The channels of an image: 1 for gray, 3 for colour.
    public var colours: Int?
    /// The sampling rate of sound in hertz.
    public var rate: Int?
    /// The steps from the numbers of an array, or the pixels of an image, to tokens.
    public var transforms: [ArrayTransform]?

    /// The quantities that files of observations measure.
    public var quantities: ObservedQuantities?

    enum CodingKeys: String, CodingKey {
        case role = "as"
        case name, kind, categories, unknown, unit, separator, range, size, patch, colours, rate, transforms, quantities
    }

    /// Creates a column of which only the role is known.
    public init(_ role: ColumnRole) { self.role = role }

    init(_ reader: ConfigurationReader) throws {
        role = try reader.choice("as")
        name = try reader.optionalString("name")
        kind = try reader.has("kind") ? reader.choice("kind") : nil
        categories = try reader.has("categories") ? reader.strings("categories") : nil
        unknown = try reader.has("unknown") ? reader.flag("unknown", default: false) : nil
        unit = try reader.optionalString("unit")
        separator = try reader.optionalString("separator")
        range = try reader.has("range") ? reader.numbers("range") : nil
        size = try reader.has("size") ? reader.integers("size", in: 1...(1 << 20)) : nil
        patch = try reader.optionalInteger("patch", in: 1...1024)
        colours = try reader.optionalInteger("colours", in: 1...3)
        rate = try reader.optionalInteger("rate", in: 100...1_000_000)
        transforms = try reader.sections("transforms") { try ArrayTransform($0) }
        quantities = try reader.optional("quantities") { try ObservedQuantities($0) }
        if let name { try reader.check(name: name, of: "name") }
        if let categories {
            guard !categories.isEmpty, Set(categories).count == categories.count else {
                throw reader.failure("categories", "expected at least one name and no duplicates")
            }
        }
        if let range, range.count != 2 || range[0] > range[1] {
            throw reader.failure("range", "\(range), expected the smallest and the largest value")
        }
        if separator == "" { throw reader.failure("separator", "expected a text between labels, such as ;") }
        if transforms != nil, ![.image, .array].contains(role) {
            throw reader.failure("transforms", "a column of role \(role.rawValue), expected image or array")
        }
        if colours == 2 { throw reader.failure("colours", "2, expected 1 for gray or 3 for colour") }
        try checkSize(reader)
    }

    private func checkSize(_ reader: ConfigurationReader) throws {
        guard let size else { return }
        let expected: (axes: ClosedRange<Int>, text: String) =
            switch role {
            case .image: (2...2, "rows and columns")
            case .video: (3...3, "frames, rows and columns")
            case .array: (2...9, "one to eight axes and the channels")
            case .sound: (1...2, "tokens, or frames and mel bands")
            default: (1...1, "one number")
            }
        let elements = size.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
        guard expected.axes.contains(size.count), elements <= ModalityDescription.maximumElements / 64 else {
            throw reader.failure("size", "\(size), expected \(expected.text), and fewer values")
        }
    }
}
