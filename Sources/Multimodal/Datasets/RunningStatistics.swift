/// The mean and standard deviation of a stream of rows, by Welford's recurrence in double
/// precision.
package struct RunningStatistics {
    private let scope: Standardisation.Scope
    private let channels: Int
    private var counts: [Double]
    private var means: [Double]
    private var squares: [Double]

    /// Creates empty statistics of a modality.
    package init(scope: Standardisation.Scope, modality: ModalityDescription) {
        self.scope = scope
        channels = modality.channels
        let places = scope == .channel ? modality.channels : modality.elements
        counts = [Double](repeating: 0, count: places)
        means = counts
        squares = counts
    }

    /// Adds one row; tokens that are not valid are ignored.
    package mutating func add(_ values: [Float], valid: [Bool]?) {
        for (index, value) in values.enumerated() where valid?[index / channels] != false {
            let place = index % means.count
            let value = Double(value)
            counts[place] += 1
            let step = value - means[place]
            means[place] += step / counts[place]
            squares[place] += step * (value - means[place])
        }
    }

    /// The population statistics; the standard deviation is 1 where the values do not vary.
    package var statistics: Standardisation {
        let deviations = zip(squares, counts).map { square, count in
            let deviation = count > 0 ? (square / count).squareRoot() : 0
            return deviation > 1e-12 ? deviation : 1
        }
        return Standardisation(scope: scope, mean: means, deviation: deviations)
    }

    /// The deviation of a place, however small.
    func deviation(of place: Int) -> Double {
        counts[place] > 0 ? (squares[place] / counts[place]).squareRoot() : 0
    }
}
