/// Measured transfers taken apart: T(i→j) = μ + sᵢ + tⱼ + pᵢⱼ + error.
///
/// Some entries are a good start for everything (sᵢ) and some are harmed by any start (tⱼ). Neither says who should share with whom:
/// that is in pᵢⱼ, what is specific to a pair. Errors differ a lot between targets, so every transfer counts by how certain it is, and
/// the variance τ² of what is specific is the one at which squared residuals are as large as τ² and the errors say. Errors that
/// transfers to an entry have in common are in tⱼ and no matter of pairs: where a matrix has
/// ``HeterogeneityMatrix/transferOwnErrors``, those count. Source: Paule & Mandel 1982; empirical Bayes (Efron & Morris 1973).
public struct TransferDecomposition: Sendable, Equatable {
    /// μ.
    public let mean: Double
    /// sᵢ, in the order of the entries; their mean is zero.
    public let sources: [Double]
    /// tⱼ, in the order of the entries; their mean is zero.
    public let targets: [Double]
    /// τ, the standard deviation of what is specific to pairs; 0 where errors explain all of it.
    public let specificDeviation: Double
    /// The expected pᵢⱼ: the residual, pulled towards zero by as much as it may be error.
    public let specific: SquareMatrix<Double>
    /// Their standard errors.
    public let specificErrors: SquareMatrix<Double>
    /// How much of a residual is kept: τ² / (τ² + σᵢⱼ²).
    let kept: SquareMatrix<Double>
    /// Variances of μ + sᵢ + tⱼ.
    let commonVariances: SquareMatrix<Double>

    /// Takes the transfers of a matrix apart.
    ///
    /// - Throws: ``MatrixError`` where a transfer or its error is not known, or there are fewer than three entries.
    public init(of matrix: HeterogeneityMatrix) throws {
        guard let transfers = matrix.transfers, let errors = matrix.transferOwnErrors ?? matrix.transferStandardErrors,
            matrix.count >= 3
        else {
            throw MatrixError(
                place: "transfers",
                problem: .malformed(
                    "not known, expected those between three entries or more, with transferStandardErrors, as "
                        + "highmmt heterogeneity writes them"))
        }
        let count = matrix.count
        var values = SquareMatrix(count: count, repeating: 0.0)
        var variances = values
        for from in 0..<count {
            for to in 0..<count where from != to {
                guard let value = transfers[from, to], let error = errors[from, to] else {
                    throw MatrixError(
                        place: HeterogeneityMatrix.place("transfers", from, to, matrix.names), problem: .missing)
                }
                values[from, to] = value
                variances[from, to] = error * error
            }
        }
        let fit = Fit.balanced(values, variances)
        (mean, sources, targets) = (fit.mean, fit.sources, fit.targets)
        specificDeviation = fit.specificVariance.squareRoot()
        var (specific, specificErrors) = (SquareMatrix(count: count, repeating: 0.0), values)
        var (kept, common) = (specific, specific)
        for from in 0..<count {
            specificErrors[from, from] = 0
            for to in 0..<count where from != to {
                let total = fit.specificVariance + variances[from, to]
                // Without any error what was measured is kept whole, even where it is no more than the common part.
                kept[from, to] = total > 0 ? fit.specificVariance / total : 1
                specific[from, to] = kept[from, to] * (values[from, to] - fit.common(from, to))
                specificErrors[from, to] = (kept[from, to] * variances[from, to]).squareRoot()
                common[from, to] = 1 / fit.sourceWeights[from] + 1 / fit.targetWeights[to]
            }
        }
        (self.specific, self.specificErrors) = (specific, specificErrors)
        (self.kept, commonVariances) = (kept, common)
    }

    /// μ + sᵢ + tⱼ: what a transfer is expected to be from all others of its source and its target.
    public func common(from: Int, to: Int) -> Double { mean + sources[from] + targets[to] }

    /// Weighted least squares for a given variance of what is specific.
    private struct Fit {
        var mean = 0.0
        var sources: [Double]
        var targets: [Double]
        var sourceWeights: [Double]
        var targetWeights: [Double]
        let specificVariance: Double
        /// Squared residuals in units of their expectation.
        var squares = 0.0

        func common(_ from: Int, _ to: Int) -> Double { mean + sources[from] + targets[to] }

        /// The fit whose squared residuals are what they should be, by bisection.
        static func balanced(_ values: SquareMatrix<Double>, _ variances: SquareMatrix<Double>) -> Fit {
            let count = values.count
            let freedom = Double(count * (count - 1) - (2 * count - 1))
            let none = Fit(values, variances, specificVariance: 0)
            guard none.squares > freedom else { return none }
            var (low, high) = (0.0, 1e-300)
            for from in 0..<count { for to in 0..<count { high = max(high, values[from, to] * values[from, to]) } }
            high *= Double(count * count)
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if Fit(values, variances, specificVariance: middle).squares > freedom {
                    low = middle
                } else {
                    high = middle
                }
            }
            return Fit(values, variances, specificVariance: (low + high) / 2)
        }

        init(_ values: SquareMatrix<Double>, _ variances: SquareMatrix<Double>, specificVariance: Double) {
            self.specificVariance = specificVariance
            let count = values.count
            // Where neither errors nor anything specific is left, all transfers count alike.
            let largest = (0..<count).reduce(0.0) { most, row in
                (0..<count).reduce(most) { max($0, variances[row, $1]) }
            }
            let least = max(1e-12 * largest, 1e-24)
            var weights = SquareMatrix(count: count, repeating: 0.0)
            for from in 0..<count {
                for to in 0..<count where from != to {
                    weights[from, to] = 1 / max(specificVariance + variances[from, to], least)
                }
            }
            let places = 0..<count
            (sources, targets) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
            sourceWeights = places.map { from in places.reduce(0) { $0 + weights[from, $1] } }
            targetWeights = places.map { to in places.reduce(0) { $0 + weights[$1, to] } }
            // By turns; a complete matrix needs few.
            for _ in 0..<30 {
                for from in places {
                    let sum = places.reduce(0) { $0 + weights[from, $1] * (values[from, $1] - mean - targets[$1]) }
                    sources[from] = sum / sourceWeights[from]
                }
                for to in places {
                    let sum = places.reduce(0) { $0 + weights[$1, to] * (values[$1, to] - mean - sources[$1]) }
                    targets[to] = sum / targetWeights[to]
                }
                let shifts = (sources.reduce(0, +) / Double(count), targets.reduce(0, +) / Double(count))
                mean += shifts.0 + shifts.1
                sources = sources.map { $0 - shifts.0 }
                targets = targets.map { $0 - shifts.1 }
            }
            for from in places {
                for to in places where from != to {
                    let residual = values[from, to] - common(from, to)
                    squares += weights[from, to] * residual * residual
                }
            }
        }
    }
}
