import Foundation

extension RandomNumberGenerator {
    /// Returns a uniformly distributed number in `0 ..< 1` with 53 random bits.
    @inlinable
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Returns a number from the standard normal distribution, by the Box–Muller transform.
    @inlinable
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
