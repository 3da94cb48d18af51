import Numerics

/// The cross-validated error of a model on measured pairs.
public struct HeldOutError: Sendable, Equatable, Codable {
    /// The number of held-out pairs. Every measured pair is held out once.
    public let count: Int
    /// The root mean squared error in the matrix's units.
    public let rootMeanSquare: Double
    /// The median absolute error in the matrix's units.
    public let medianAbsolute: Double
    /// The root mean squared error of the square roots of distances, by which models are selected.
    public let rootMeanSquareOfRoots: Double
    /// The Spearman correlation of predictions and measurements; `nil` if either is constant.
    public let spearman: Double?

    /// Compares the predicted distances of held-out pairs with the measured ones.
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
