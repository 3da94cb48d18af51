import Numerics

/// A matrix completed by a low-rank model from the distances of some of its pairs, with an estimate
/// of the imputation error.
///
/// The model and its penalty are chosen by five-fold cross-validation on the measured pairs. The
/// error is then estimated with a second division into folds. Each fold is predicted from a fifth
/// fewer pairs than the final fit uses, so the estimate is conservative.
public struct LowRankImputation: Sendable, Equatable {
    /// The completed matrix, with measured values unchanged and the others predicted.
    ///
    /// Predictions are limited to the range from 0 to the largest measured value. Standard errors
    /// are those of the measurements (a tenth of the value if unknown); for imputed pairs they
    /// follow from the held-out error.
    public let matrix: HeterogeneityMatrix
    /// The selected model.
    public let model: LowRankModel
    /// The selected penalty.
    public let ridge: Double
    /// The error of the selected model on held-out pairs.
    public let heldOut: HeldOutError

    /// Completes a matrix.
    ///
    /// - Parameters:
    ///   - sampled: The measured pairs. Every entry must be in one of them.
    ///   - maximumRank: The maximum rank of the candidate models: 1, 2 or 3.
    ///   - seed: Seed of the folds and starting points. The same seed gives the same matrix.
    /// - Throws: ``MatrixError`` if an entry is in no measured pair, or the rank is out of range.
    public init(completing sampled: SampledHeterogeneity, maximumRank: Int = 3, seed: UInt64) throws {
        guard (1...3).contains(maximumRank) else {
            throw MatrixError(place: "rank", problem: .outOfRange("\(maximumRank), expected 1 to 3"))
        }
        try sampled.checkCoverage()
        let count = sampled.names.count
        let known = sampled.measurements.sorted { $0.key < $1.key }
            .map { (pair: $0.key, value: $0.value.value.squareRoot()) }
        let largest = known.map(\.value).max() ?? 0
        let folds = min(5, known.count)

        /// Returns the square root of each distance, predicted by a model fitted without that pair.
        func heldOutPredictions(_ model: LowRankModel, _ ridge: Double, seed: UInt64) -> [Double] {
            var random = SplitMix64(seed: seed)
            let order = known.indices.shuffled(using: &random)
            var predictions = Array(repeating: 0.0, count: known.count)
            for fold in 0..<folds {
                let held = Set(order.enumerated().filter { $0.offset % folds == fold }.map(\.element))
                let seen = known.indices.filter { !held.contains($0) }.map { known[$0] }
                let fitted = model.fit(seen, count: count, ridge: ridge, random: &random)
                for index in held {
                    predictions[index] = min(largest, max(0, fitted[known[index].pair.first, known[index].pair.second]))
                }
            }
            return predictions
        }
        func meanSquare(_ predictions: [Double]) -> Double {
            zip(predictions, known).reduce(0) { $0 + ($1.0 - $1.1.value) * ($1.0 - $1.1.value) } / Double(known.count)
        }

        var best: (model: LowRankModel, ridge: Double, error: Double)?
        for model in LowRankModel.allCases where model.rank <= maximumRank {
            for ridge in [0.03, 0.3, 1] {
                let error = meanSquare(heldOutPredictions(model, ridge, seed: seed))
                if error < best?.error ?? .infinity { best = (model, ridge, error) }
            }
        }
        model = best?.model ?? .rankOne
        ridge = best?.ridge ?? 1

        let predictions = heldOutPredictions(model, ridge, seed: seed ^ 0x5DEE_CE66)
        heldOut = HeldOutError(
            predictions: predictions.map { $0 * $0 }, measured: known.map { $0.value * $0.value })
        let rootError = heldOut.rootMeanSquareOfRoots

        var random = SplitMix64(seed: seed)
        let fitted = model.fit(known, count: count, ridge: ridge, random: &random)
        matrix = try HeterogeneityMatrix(completing: sampled) { pair in
            let root = min(largest, max(0, fitted[pair.first, pair.second]))
            let value = root * root
            // The standard deviation of (root + e)² for a normal e with standard deviation
            // rootError.
            return (value, rootError * (4 * value + 2 * rootError * rootError).squareRoot())
        }
    }
}
