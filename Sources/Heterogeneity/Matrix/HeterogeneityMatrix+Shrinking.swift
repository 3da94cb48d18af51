extension HeterogeneityMatrix {
    /// The distances of transfers that were pulled towards what their sources and targets have in common, the more the less
    /// certain they are.
    ///
    /// A distance keeps the positive part of its transfers, so that noise becomes distance. Every measured transfer is a
    /// compromise between itself and ``AdditiveTransfers``: T ← w·T + (1 − w)·(μ + sᵢ + tⱼ) with w = τ² / (τ² + σ²), where σ is
    /// its standard error and τ² what residuals vary beyond their errors. Source: empirical Bayes (Efron & Morris 1973).
    ///
    /// - Throws: ``MatrixError`` where a transfer or its error is not known, or there are fewer than three entries.
    public func shrunken() throws -> HeterogeneityMatrix {
        guard let transfers, let transferStandardErrors, count >= 3, let model = AdditiveTransfers(of: transfers) else {
            throw MatrixError(place: "transfers", problem: .missing)
        }
        let places = EntryPair.all(of: count).flatMap { [($0.first, $0.second), ($0.second, $0.first)] }
        var (residuals, errors) = (0.0, 0.0)
        for (from, to) in places {
            guard let value = transfers[from, to], let error = transferStandardErrors[from, to] else {
                throw MatrixError(place: Self.place("transfers", from, to, names), problem: .missing)
            }
            residuals += (value - model[from, to]) * (value - model[from, to])
            errors += error * error
        }
        let cells = Double(places.count)
        let peculiar = max(0, (residuals - errors) / cells)
        // An effect is a mean over all other entries; two of them make a prediction.
        let uncertainty = residuals / cells * 2 / Double(count - 1)
        var shrunken = transfers
        var shrunkenErrors = transferStandardErrors
        for (from, to) in places {
            guard let value = transfers[from, to], let error = transferStandardErrors[from, to] else { continue }
            let weight = peculiar + error * error > 0 ? peculiar / (peculiar + error * error) : 1
            shrunken[from, to] = weight * value + (1 - weight) * model[from, to]
            shrunkenErrors[from, to] =
                (weight * error * error + (1 - weight) * (1 - weight) * uncertainty).squareRoot()
        }
        return try HeterogeneityMatrix(
            names: names, transfers: shrunken, transferStandardErrors: shrunkenErrors, units: units)
    }
}
