/// The form in which a modality shows the observations of a sample.
public enum ObservationView: Hashable, Sendable {
    /// A token per field, each in a channel of its own: a quantity, which is its first value, or
    /// `NAME=CODE`, which is 1 or −1.
    case fields([String])
    /// A token per hour: the last known value of each quantity, then which of them were observed in
    /// that hour.
    case grid
    /// A token per observation, up to a number of them: time, which quantity, and its value in a
    /// channel of its own.
    case set(elements: Int)

    private enum Name: String, NamedChoice {
        case fields, grid, set
    }

    init(_ reader: ConfigurationReader) throws {
        switch try reader.choice("as") as Name {
        case .fields:
            let fields = try reader.strings("fields")
            guard !fields.isEmpty, Set(fields).count == fields.count else {
                throw reader.failure("fields", "expected at least one name and no duplicates")
            }
            self = .fields(fields)
        case .grid: self = .grid
        case .set: self = .set(elements: try reader.integer("elements", in: 1...(1 << 16)))
        }
    }
}

extension ObservationView: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name = "as"
        case fields, elements
    }

    /// Writes the form as a mapping whose key `as` names it.
    ///
    /// - Throws: The errors of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .grid: try container.encode(Name.grid, forKey: .name)
        case .fields(let fields):
            try container.encode(Name.fields, forKey: .name)
            try container.encode(fields, forKey: .fields)
        case .set(let elements):
            try container.encode(Name.set, forKey: .name)
            try container.encode(elements, forKey: .elements)
        }
    }
}
