import Foundation

/// Returns the variance of max(X, 0) for a normal variable X.
///
/// With a = μ/σ, the standard normal density φ and distribution function Φ, the first moment is
/// μΦ(a) + σφ(a) and the second moment is (μ² + σ²)Φ(a) + μσφ(a).
func positivePartVariance(mean: Double, standardDeviation: Double) -> Double {
    guard standardDeviation > 0 else { return 0 }
    let ratio = mean / standardDeviation
    let density = exp(-ratio * ratio / 2) / (2 * Double.pi).squareRoot()
    let probability = erfc(-ratio / 2.0.squareRoot()) / 2
    let first = mean * probability + standardDeviation * density
    let second =
        (mean * mean + standardDeviation * standardDeviation) * probability + mean * standardDeviation * density
    return max(0, second - first * first)
}
