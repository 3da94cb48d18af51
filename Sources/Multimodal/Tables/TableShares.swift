/// The division of a table's samples, where no column says their splits.
public struct TableShares: Hashable, Sendable, Encodable {
    /// The share of validation samples.
    public var valid: Double
    /// The share of test samples.
    public var test: Double
    /// The seed of the random order.
    public var seed: UInt64
    /// The column whose values all splits have in the same shares; `nil` uses the first target.
    public var stratify: String?

    /// Creates shares, by default 70 % for training, 10 % for validation and 20 % for test.
    public init(valid: Double = 0.1, test: Double = 0.2, seed: UInt64 = 0, stratify: String? = nil) {
        self.valid = valid
        self.test = test
        self.seed = seed
        self.stratify = stratify
    }

    init(_ reader: ConfigurationReader) throws {
        valid = try reader.number("valid", in: 0.001...0.9, default: 0.1)
        test = try reader.number("test", in: 0.001...0.9, default: 0.2)
        seed = UInt64(try reader.integer("seed", in: 0 ... .max, default: 0))
        stratify = try reader.optionalString("stratify")
        guard valid + test < 0.999 else {
            throw reader.failure("valid", "\(valid) and \(test) for test leave no samples for training")
        }
    }
}
