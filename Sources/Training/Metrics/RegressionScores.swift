/// Scores of a regression task with one or several components. Those that a sample lacks do not
/// count.
struct RegressionScores {
    private let errors: [Double]
    private let truths: [[Float]]

    init(_ predictions: Predictions) {
        errors = zip(predictions.outputs, predictions.truths).flatMap { zip($0, $1).map { Double($0) - Double($1) } }
            .filter { !$0.isNaN }
        truths = predictions.truths
    }

    private var squaredError: Double { errors.reduce(0) { $0 + $1 * $1 } }

    /// The root mean squared error over samples and components, in the units of the target.
    var rmse: Double { errors.isEmpty ? .nan : (squaredError / Double(errors.count)).squareRoot() }

    /// The coefficient of determination R²: one minus the squared error divided by the squared
    /// deviation from the mean of each component. NaN for a constant target.
    var r2: Double {
        guard let width = truths.first?.count else { return .nan }
        var spread = 0.0
        for component in 0..<width {
            let values = truths.map { Double($0[component]) }.filter { !$0.isNaN }
            let mean = values.reduce(0, +) / Double(max(1, values.count))
            spread += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        return spread > 0 ? 1 - squaredError / spread : .nan
    }
}
