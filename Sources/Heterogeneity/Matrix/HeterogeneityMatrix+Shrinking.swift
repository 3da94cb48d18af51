extension HeterogeneityMatrix {
    /// Returns the distances that follow from shrunken transfers.
    ///
    /// A distance is a sum of positive parts, so noise in the transfers increases it. Each transfer
    /// is therefore replaced by its estimate from the ``TransferDecomposition``, μ + sᵢ + tⱼ + pᵢⱼ.
    /// The less certain a transfer is, the more it is shrunk towards μ + sᵢ + tⱼ.
    ///
    /// - Throws: ``MatrixError`` for an unknown transfer or standard error, and for fewer than
    ///   three entries.
    public func shrunken() throws -> HeterogeneityMatrix {
        let parts = try TransferDecomposition(of: self)
        /// Returns the variance shared by all transfers to an entry, which shrinking cannot reduce.
        func shared(_ from: Int, _ to: Int) -> Double {
            guard let own = transferOwnErrors?[from, to], let all = transferStandardErrors?[from, to] else { return 0 }
            return max(0, all * all - own * own)
        }
        var shrunken = SquareMatrix<Double?>(count: count, repeating: nil)
        var errors = shrunken
        for from in 0..<count {
            for to in 0..<count where from != to {
                let commonWeight = 1 - parts.kept[from, to]
                let specificError = parts.specificErrors[from, to]
                shrunken[from, to] = parts.effects[from, to] + parts.specific[from, to]
                errors[from, to] =
                    (specificError * specificError + commonWeight * commonWeight * parts.commonVariances[from, to]
                    + shared(from, to)).squareRoot()
            }
        }
        return try HeterogeneityMatrix(
            names: names, transfers: shrunken, transferStandardErrors: errors, units: units)
    }

    /// Returns distances based on pair-specific transfer alone.
    ///
    /// The distance of a pair is pᵢⱼ + pⱼᵢ of the ``TransferDecomposition``, minus the smallest
    /// such sum: it is 0 for the pair that helps each other most. Groups by d isolate entries that
    /// any start harms, which grouping cannot mend. These distances show which entries should share
    /// with each other. `transfers` of the result are the pair-specific ones.
    ///
    /// - Throws: ``MatrixError`` for an unknown transfer or standard error, for fewer than three
    ///   entries, and if the standard errors explain all differences between pairs.
    public func specific() throws -> HeterogeneityMatrix {
        let parts = try TransferDecomposition(of: self)
        guard parts.specificDeviation > 0 else {
            throw MatrixError(
                place: "transfers",
                problem: .outOfRange(
                    "no pair-specific transfer beyond the standard errors; measure with more seeds, or use "
                        + "measured or shrunken transfers"))
        }
        let values = parts.specific.sumsOfBothDirections()
        var errors = SquareMatrix(count: count, repeating: 0.0)
        var transfers = SquareMatrix<Double?>(count: count, repeating: nil)
        for pair in EntryPair.all(of: count) {
            let (first, second) = (pair.first, pair.second)
            let (there, back) = (parts.specificErrors[first, second], parts.specificErrors[second, first])
            let error = (there * there + back * back).squareRoot()
            (errors[first, second], errors[second, first]) = (error, error)
            transfers[first, second] = parts.specific[first, second]
            transfers[second, first] = parts.specific[second, first]
        }
        return try HeterogeneityMatrix(
            names: names, values: values, standardErrors: errors, transfers: transfers, units: units)
    }
}

extension SquareMatrix<Double> {
    /// Returns distances that keep the sign of transfers: for every pair the sum of both
    /// directions, minus the smallest such sum.
    package func sumsOfBothDirections() -> SquareMatrix<Double> {
        let pairs = EntryPair.all(of: count)
        func sum(_ pair: EntryPair) -> Double { self[pair.first, pair.second] + self[pair.second, pair.first] }
        let least = pairs.map(sum).min() ?? 0
        var sums = SquareMatrix(count: count, repeating: 0.0)
        for pair in pairs {
            let value = sum(pair) - least
            (sums[pair.first, pair.second], sums[pair.second, pair.first]) = (value, value)
        }
        return sums
    }
}
