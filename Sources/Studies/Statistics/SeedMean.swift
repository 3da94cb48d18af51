import Numerics

/// The mean over seeds, with its standard error.
public struct SeedMean: Codable, Equatable, Sendable {
    /// The values, one per seed.
    public var values: [Double]
    /// The mean.
    public var mean: Double
    /// The standard error of the mean; `nil` with fewer than two values.
    public var standardError: Double?

    /// Creates the mean; `nil` without values.
    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sample = Measurements(values)
        self.values = values
        mean = sample.mean
        standardError = values.count > 1 ? sample.standardError : nil
    }
}
