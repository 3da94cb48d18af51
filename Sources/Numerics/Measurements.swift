import Foundation

/// Repeated measurements of one number.
public struct Measurements: Codable, Equatable, Sendable {
    /// The measurements.
    public let values: [Double]

    /// Takes measurements as they are.
    public init(_ values: [Double]) { self.values = values }

    /// Their mean; 0 when there are none.
    public var mean: Double { values.mean }

    /// The standard error of the mean; 0 when there are fewer than two.
    public var standardError: Double {
        guard values.count > 1 else { return 0 }
        let mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }
}
