/// A quantity that files of observations measure, and its scale in training rows.
public struct ObservedQuantity: Hashable, Sendable, Encodable {
    /// The name in the files.
    public var name: String
    /// The usual range, to which values are clipped; `nil` for a code that is compared, not
    /// measured.
    public var range: [Double]?
    /// The mean of the clipped values.
    public var mean: Double
    /// The standard deviation of the clipped values.
    public var deviation: Double

    /// Creates a quantity, by default without a scale.
    public init(name: String, range: ClosedRange<Double>? = nil, mean: Double = 0, deviation: Double = 1) {
        self.name = name
        self.range = range.map { [$0.lowerBound, $0.upperBound] }
        self.mean = mean
        self.deviation = deviation
    }

    init(_ reader: ConfigurationReader) throws {
        name = try reader.string("name")
        range = try reader.has("range") ? reader.numbers("range") : nil
        mean = try reader.number("mean", in: -1e18...1e18, default: 0)
        deviation = try reader.number("deviation", in: 1e-30...1e18, default: 1)
        if let range, range.count != 2 || range[0] > range[1] {
            throw reader.failure("range", "\(range), expected the smallest and the largest value")
        }
    }
}
