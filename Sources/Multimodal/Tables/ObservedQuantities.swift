/// The quantities that a column's files of observations measure.
public struct ObservedQuantities: Hashable, Sendable, Encodable {
    /// The hours that count; later observations are left out.
    public var hours: Int
    /// Quantities stated once, such as age.
    public var once: [ObservedQuantity]
    /// Quantities measured again and again.
    public var repeated: [ObservedQuantity]
    /// Values below this one stand for unknown; `nil` takes all.
    public var least: Double?

    /// Creates the quantities of a column.
    public init(hours: Int, once: [ObservedQuantity], repeated: [ObservedQuantity], least: Double? = nil) {
        self.hours = hours
        self.once = once
        self.repeated = repeated
        self.least = least
    }

    init(_ reader: ConfigurationReader) throws {
        hours = try reader.integer("hours", in: 1...100_000)
        once = try reader.sections("once") { try ObservedQuantity($0) } ?? []
        repeated = try reader.sections("repeated") { try ObservedQuantity($0) } ?? []
        least = try reader.optionalNumber("least", in: -1e18...1e18)
        let names = (once + repeated).map(\.name)
        guard !repeated.isEmpty, Set(names).count == names.count else {
            throw reader.failure("repeated", "expected at least one quantity and no duplicate names")
        }
    }
}
