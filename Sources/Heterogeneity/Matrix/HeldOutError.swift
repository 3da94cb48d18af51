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
        rootMeanSquare = rootOfMeanSquare(errors)
        medianAbsolute = median(of: errors)
        rootMeanSquareOfRoots = rootOfMeanSquare(roots)
        spearman = spearmanCorrelation(predictions, measured)
    }
}

private func rootOfMeanSquare(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}

private func median(of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
