import Foundation

/// Returns a number with a fixed number of decimals, or a dash for `nil`.
func number(_ value: Double?, decimals: Int = 3) -> String {
    value.map { String(format: "%.\(decimals)f", $0) } ?? "-"
}

/// Returns a number with three significant digits.
func shortNumber(_ value: Double) -> String { String(format: "%.3g", value) }

/// Returns a number with three decimals and its sign.
func signedNumber(_ value: Double) -> String { String(format: "%+.3f", value) }

/// Returns a share as a percentage with one decimal.
func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
