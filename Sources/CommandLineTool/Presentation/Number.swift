import Foundation

/// Returns a number with a fixed number of decimals, or a dash for `nil`.
///
/// Numbers that would lose most of their digits, such as an error in small units, have three
/// significant digits; so have numbers of a million and more.
func number(_ value: Double?, decimals: Int = 3) -> String {
    value.map { losesDigits($0, decimals) ? shortNumber($0) : String(format: "%.\(decimals)f", $0) } ?? "-"
}

private func losesDigits(_ value: Double, _ decimals: Int) -> Bool {
    let size = abs(value)
    let smallest = 10 / pow(10, Double(decimals))
    return size >= 1e6 && size.isFinite || decimals > 1 && size > 0 && size < smallest
}

/// Returns a number with three significant digits.
func shortNumber(_ value: Double) -> String { String(format: "%.3g", value) }

/// Returns a number with three decimals and its sign.
func signedNumber(_ value: Double) -> String {
    // What is left of equal numbers that cancel.
    let value = abs(value) < 1e-15 ? 0 : value
    return losesDigits(value, 3) ? String(format: "%+.3g", value) : String(format: "%+.3f", value)
}

/// Returns a share as a percentage with one decimal.
func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
