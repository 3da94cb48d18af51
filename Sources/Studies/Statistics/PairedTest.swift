import Foundation
import Numerics

/// A paired comparison of two arms that had everything else in common.
public struct PairedTest: Codable, Equatable, Sendable {
    /// The mean difference, first minus second.
    public let difference: Double
    /// The standard error of the mean difference; `nil` with fewer than two pairs.
    public let standardError: Double?
    /// The two-sided p-value of Student's paired t-test. `nil` with fewer than two pairs or without
    /// variance.
    public let p: Double?

    /// Compares paired measurements.
    public init(_ first: [Double], _ second: [Double]) {
        let differences = Measurements(zip(first, second).map { $0 - $1 })
        difference = differences.mean
        let freedom = differences.values.count - 1
        standardError = freedom >= 1 ? differences.standardError : nil
        p = standardError.flatMap { error in
            error > 0 ? StudentT.tail(t: abs(differences.mean / error), freedom: Double(freedom)) : nil
        }
    }
}
