extension HeterogeneityMatrix {
    /// A matrix of measured distances and, where there are none, given ones with their errors.
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
