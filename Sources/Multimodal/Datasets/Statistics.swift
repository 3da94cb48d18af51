/// Mean and deviation of the training rows, by which all splits were standardised: stored = (raw − mean) / deviation.
public struct Statistics: Hashable, Sendable, Encodable {
    /// What one mean and deviation belongs to.
    public enum Scope: String, NamedChoice {
        /// One pair for each channel, over all tokens.
        case channel
        /// One pair for each channel of each token, in row-major order.
        case element
    }

    /// What each mean and deviation belongs to.
    public var scope: Scope
    /// Means, in raw units.
    public var mean: [Double]
    /// Standard deviations in raw units; 1 where the training rows do not vary.
    public var deviation: [Double]

    /// Takes statistics as they are.
    public init(scope: Scope, mean: [Double], deviation: [Double]) {
        self.scope = scope
        self.mean = mean
        self.deviation = deviation
    }

    init(_ reader: ConfigurationReader, elements: Int, channels: Int) throws {
        scope = try reader.choice("scope")
        mean = try reader.numbers("mean")
        deviation = try reader.numbers("deviation")
        let expected = scope == .channel ? channels : elements
        for (name, count) in [("mean", mean.count), ("deviation", deviation.count)] where count != expected {
            throw reader.failure(name, "\(count) numbers, expected \(expected)")
        }
        guard deviation.allSatisfy({ $0 > 0 }) else { throw reader.failure("deviation", "expected numbers above 0") }
    }

    /// Standardises one sample of raw values in place.
    ///
    /// - Parameter values: the elements of one sample, `[tokens × channels]`, row-major.
    public func standardise(_ values: inout [Float]) {
        guard !mean.isEmpty else { return }
        for index in values.indices {
            let place = index % mean.count
            values[index] = Float((Double(values[index]) - mean[place]) / deviation[place])
        }
    }
}
