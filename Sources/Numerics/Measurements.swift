import Foundation

/// Repeated measurements of one quantity.
public struct Measurements: Codable, Equatable, Sendable {
    /// The measured values.
    public let values: [Double]

    /// Creates a series from its values.
    public init(_ values: [Double]) { self.values = values }

    /// The arithmetic mean, or 0 without values.
    public var mean: Double { values.mean }

    /// The standard error of the mean, or 0 for fewer than two values.
    public var standardError: Double {
        guard values.count > 1 else { return 0 }
        let mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }
}
