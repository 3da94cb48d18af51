import Foundation

/// Whether two arms differ, from runs that had everything else in common.
public struct PairedTest: Codable, Equatable, Sendable {
    /// Mean difference, first less second.
    public let difference: Double
    /// Its standard error.
    public let standardError: Double
    /// Two-sided p of Student's paired t-test; nothing with fewer than two pairs or no variance.
    public let p: Double?

    /// Compares paired measurements.
    public init(_ first: [Double], _ second: [Double]) {
        let differences = Sample(zip(first, second).map { $0 - $1 })
        difference = differences.mean
        standardError = differences.standardError
        let freedom = Double(differences.values.count - 1)
        p =
            freedom >= 1 && standardError > 0
            ? PairedTest.tail(t: abs(difference / standardError), freedom: freedom) : nil
    }

    /// P(|T| ≥ t) for Student's distribution, by Simpson's rule after the substitution t = √ν·tan φ.
    static func tail(t: Double, freedom: Double) -> Double {
        let limit = atan(t / freedom.squareRoot())
        let steps = 2000
        func density(_ angle: Double) -> Double { pow(cos(angle), freedom - 1) }
        func integral(to end: Double) -> Double {
            let width = end / Double(steps)
            let inner = (1..<steps).reduce(0.0) { sum, index in
                sum + density(width * Double(index)) * (index % 2 == 1 ? 4 : 2)
            }
            return (density(0) + inner + density(end)) * width / 3
        }
        return min(1, max(0, 1 - integral(to: limit) / integral(to: .pi / 2)))
    }
}
