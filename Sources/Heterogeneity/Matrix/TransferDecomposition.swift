/// A decomposition of measured transfers: T(i→j) = μ + sᵢ + tⱼ + pᵢⱼ + error.
///
/// Some entries are a good start for every target (source effect sᵢ), and some targets are harmed
/// by any start (target effect tⱼ). Only the pair-specific term pᵢⱼ shows which entries should
/// share with each other.
///
/// Standard errors differ strongly between targets, so each transfer is weighted by its precision.
/// The variance τ² of the pair-specific terms is the value at which the weighted squared residuals
/// equal their expectation (Paule & Mandel 1982). Each pᵢⱼ is its empirical Bayes estimate (Efron &
/// Morris 1973). An error shared by all transfers to an entry is absorbed by tⱼ and does not
/// concern pairs; ``HeterogeneityMatrix/transferOwnErrors``, which exclude it, are used if known.
///
/// ``AdditiveTransfers`` fits the same ``AdditiveEffects`` for another purpose. This type explains
/// a complete matrix with known standard errors, and does not penalise the effects.
/// ``AdditiveTransfers`` predicts transfers that were not measured, with penalised effects and no
/// pair-specific term.
public struct TransferDecomposition: Sendable, Equatable {
    /// The effects μ, sᵢ and tⱼ, with sᵢ and tⱼ of mean zero.
    public let effects: AdditiveEffects
    /// The standard deviation τ of the pair-specific terms; 0 if the standard errors explain all of
    /// the residuals.
    public let specificDeviation: Double
    /// The estimates of pᵢⱼ: the residuals, shrunk towards zero according to their standard errors.
    public let specific: SquareMatrix<Double>
    /// The standard errors of ``specific``.
    public let specificErrors: SquareMatrix<Double>
    /// The share of each residual that is kept, τ² / (τ² + σᵢⱼ²).
    let kept: SquareMatrix<Double>
    /// The variances of μ + sᵢ + tⱼ.
    let commonVariances: SquareMatrix<Double>

    /// Decomposes the transfers of a matrix.
    ///
    /// - Throws: ``MatrixError`` for an unknown transfer or standard error, and for fewer than
    ///   three entries.
    public init(of matrix: HeterogeneityMatrix) throws {
        guard let transfers = matrix.transfers, let errors = matrix.transferOwnErrors ?? matrix.transferStandardErrors,
            matrix.count >= 3
        else {
            throw MatrixError(
                place: "transfers",
                problem: .malformed(
                    "unknown, expected those between at least 3 entries with transfer_standard_errors, as written by "
                        + "highmmt heterogeneity"))
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
        effects = fit.effects
        specificDeviation = fit.specificVariance.squareRoot()
        var (specific, specificErrors) = (SquareMatrix(count: count, repeating: 0.0), values)
        var (kept, common) = (specific, specific)
        for from in 0..<count {
            specificErrors[from, from] = 0
            for to in 0..<count where from != to {
                let total = fit.specificVariance + variances[from, to]
                // Without any error a measurement is kept unchanged, even if τ is zero.
                kept[from, to] = total > 0 ? fit.specificVariance / total : 1
                specific[from, to] = kept[from, to] * (values[from, to] - fit.effects[from, to])
                specificErrors[from, to] = (kept[from, to] * variances[from, to]).squareRoot()
                common[from, to] = 1 / fit.sourceWeights[from] + 1 / fit.targetWeights[to]
            }
        }
        (self.specific, self.specificErrors) = (specific, specificErrors)
        (self.kept, commonVariances) = (kept, common)
    }

    /// A weighted least-squares fit for a given variance of the pair-specific terms.
    private struct Fit {
        var effects: AdditiveEffects
        var sourceWeights: [Double]
        var targetWeights: [Double]
        let specificVariance: Double
        /// The weighted sum of squared residuals, whose expectation is the residual degrees of
        /// freedom.
        var squares = 0.0

        /// Returns the fit whose weighted squared residuals equal the degrees of freedom, by
        /// bisection over τ², or the fit with τ² = 0 if its residuals are already smaller.
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
            // The floor keeps weights finite; with neither errors nor τ², all transfers have equal
            // weight.
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
            effects = AdditiveEffects(count: count)
            sourceWeights = places.map { from in places.reduce(0) { $0 + weights[from, $1] } }
            targetWeights = places.map { to in places.reduce(0) { $0 + weights[$1, to] } }
            // Block coordinate descent; a complete matrix converges in a few rounds.
            for _ in 0..<30 {
                for from in places {
                    let sum = places.reduce(0) {
                        $0 + weights[from, $1] * (values[from, $1] - effects.mean - effects.targets[$1])
                    }
                    effects.sources[from] = sum / sourceWeights[from]
                }
                for to in places {
                    let sum = places.reduce(0) {
                        $0 + weights[$1, to] * (values[$1, to] - effects.mean - effects.sources[$1])
                    }
                    effects.targets[to] = sum / targetWeights[to]
                }
                effects.centre()
            }
            for from in places {
                for to in places where from != to {
                    let residual = values[from, to] - effects[from, to]
                    squares += weights[from, to] * residual * residual
                }
            }
        }
    }
}
