import Heterogeneity

extension HeterogeneityMatrix {
    /// Returns distances that keep the sign of transfers: the sum of both directions, shifted so
    /// that the smallest is 0.
    ///
    /// The pair that helps each other most has distance 0. The result is `nil` when a transfer was
    /// not measured.
    ///
    /// - Throws: `MatrixError` when a sum is too large for a matrix.
    func byAffinity() throws -> HeterogeneityMatrix? {
        guard let transfers else { return nil }
        var known = SquareMatrix(count: count, repeating: 0.0)
        for pair in EntryPair.all(of: count) {
            guard let forward = transfers[pair.first, pair.second], let backward = transfers[pair.second, pair.first]
            else { return nil }
            (known[pair.first, pair.second], known[pair.second, pair.first]) = (forward, backward)
        }
        return try HeterogeneityMatrix(names: names, values: known.sumsOfBothDirections(), units: units)
            .with(explained: explained)
    }
}
