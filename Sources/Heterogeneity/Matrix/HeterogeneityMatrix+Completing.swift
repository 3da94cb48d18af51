extension HeterogeneityMatrix {
    /// Creates a complete matrix from the measured distances and an imputed value for every other
    /// pair.
    ///
    /// A measurement without a standard error gets a tenth of its value.
    ///
    /// - Parameters:
    ///   - sampled: The measured pairs.
    ///   - missing: The imputed distance and its standard error.
    /// - Throws: ``MatrixError`` for an imputed value that is negative or not finite.
    init(
        completing sampled: SampledHeterogeneity, _ missing: (EntryPair) -> (value: Double, standardError: Double)
    ) throws {
        let count = sampled.names.count
        var values = SquareMatrix(count: count, repeating: 0.0)
        var standardErrors = values
        var imputed: [EntryPair] = []
        for pair in EntryPair.all(of: count) {
            let (value, error): (Double, Double)
            if let measurement = sampled.measurements[pair] {
                (value, error) = (measurement.value, measurement.standardError ?? 0.1 * measurement.value)
            } else {
                (value, error) = missing(pair)
                imputed.append(pair)
            }
            (values[pair.first, pair.second], values[pair.second, pair.first]) = (value, value)
            (standardErrors[pair.first, pair.second], standardErrors[pair.second, pair.first]) = (error, error)
        }
        try self.init(
            names: sampled.names, values: values, standardErrors: standardErrors, transfers: sampled.transfers,
            transferStandardErrors: sampled.transferStandardErrors, imputed: imputed, units: sampled.units)
    }
}
