import Foundation
import Numerics

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
        let differences = Measurements(zip(first, second).map { $0 - $1 })
        difference = differences.mean
        standardError = differences.standardError
        let freedom = Double(differences.values.count - 1)
        p =
            freedom >= 1 && standardError > 0
            ? StudentT.tail(t: abs(difference / standardError), freedom: freedom) : nil
    }
}
