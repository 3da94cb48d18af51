import Numerics

/// What a model made of measured pairs while it could not see them.
public struct HeldOutError: Sendable, Equatable, Codable {
    /// Number of pairs held out: all measured ones, in turn.
    public let count: Int
    /// Root of the mean squared error, in the matrix's units.
    public let rootMeanSquare: Double
    /// Median absolute error, in the matrix's units.
    public let medianAbsolute: Double
    /// Root of the mean squared error of square roots of distances, on which the model is fitted.
    public let rootMeanSquareOfRoots: Double
    /// Spearman correlation of prediction and measurement; nil where either is constant.
    public let spearman: Double?

    /// Compares distances of held-out pairs with what was predicted of them.
    init(predictions: [Double], measured: [Double]) {
        let errors = zip(predictions, measured).map { abs($0 - $1) }
        let roots = zip(predictions, measured).map { $0.squareRoot() - $1.squareRoot() }
        count = measured.count
        rootMeanSquare = errors.rootMeanSquare
        medianAbsolute = errors.median ?? 0
        rootMeanSquareOfRoots = roots.rootMeanSquare
        spearman = spearmanCorrelation(predictions, measured)
    }
}
