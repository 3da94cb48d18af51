import Foundation
import Numerics

/// A paired comparison of two arms that had everything else in common.
public struct PairedTest: Codable, Equatable, Sendable {
    /// The mean difference, first minus second.
    public let difference: Double
    /// The standard error of the mean difference.
    public let standardError: Double
    /// The two-sided p-value of Student's paired t-test. `nil` with fewer than two pairs or without
    /// variance.
    public let p: Double?

    /// Compares paired measurements.
    public init(_ first: [Double], _ second: [Double]) {
        let differences = Measurements(zip(first, second).map { $0 - $1 })
        difference = differences.mean
        standardError = differences.standardError
        let freedom = Double(differences.values.count - 1)
        p =
            freedom >= 1 && standardError > 0
            ? StudentT.tail(t: abs(difference / standardError), freedom: freedom) : nil
    }
}
