/// The mean and standard deviation of the training rows, by which all splits are standardised:
/// stored = (raw − mean) / deviation.
public struct Standardisation: Hashable, Sendable, Encodable {
    /// The values that share one mean and standard deviation.
    public enum Scope: String, NamedChoice {
        /// One mean and standard deviation per channel, over all tokens.
        case channel
        /// One mean and standard deviation per channel of each token, in row-major order.
        case element
    }

    /// The values that share one mean and standard deviation.
    public var scope: Scope
    /// The means in raw units.
    public var mean: [Double]
    /// The standard deviations in raw units; 1 where the training rows do not vary.
    public var deviation: [Double]

    /// Creates a standardisation from its scope, means and standard deviations.
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
        guard deviation.allSatisfy({ $0 > 0 }) else { throw reader.failure("deviation", "expected positive numbers") }
    }

    /// Standardises one sample in place.
    ///
    /// - Parameter values: The raw values of one sample, `[tokens × channels]`, row-major.
    public func standardise(_ values: inout [Float]) {
        guard !mean.isEmpty else { return }
        for index in values.indices {
            let place = index % mean.count
            values[index] = Float((Double(values[index]) - mean[place]) / deviation[place])
        }
    }
}
