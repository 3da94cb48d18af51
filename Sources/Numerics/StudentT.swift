import Foundation

/// Student's t distribution.
public enum StudentT {
    /// Returns the two-sided tail probability P(|T| ≥ t).
    ///
    /// The density is integrated by Simpson's rule after the substitution t = √ν·tan φ.
    ///
    /// - Parameters:
    ///   - t: The test statistic, at least 0.
    ///   - freedom: The degrees of freedom ν, above 0.
    public static func tail(t: Double, freedom: Double) -> Double {
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
