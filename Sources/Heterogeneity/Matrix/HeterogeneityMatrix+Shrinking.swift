extension HeterogeneityMatrix {
    /// The distances of transfers that were pulled towards what their sources and targets have in common, the more the less
    /// certain they are.
    ///
    /// A distance keeps the positive part of its transfers, so that noise becomes distance. Every measured transfer is a
    /// compromise between itself and the common part of its ``TransferDecomposition``: μ + sᵢ + tⱼ + the expected pᵢⱼ.
    ///
    /// - Throws: ``MatrixError`` where a transfer or its error is not known, or there are fewer than three entries.
    public func shrunken() throws -> HeterogeneityMatrix {
        let parts = try TransferDecomposition(of: self)
        /// The variance that all transfers to an entry have in common, which no shrinking takes away.
        func shared(_ from: Int, _ to: Int) -> Double {
            guard let own = transferOwnErrors?[from, to], let all = transferStandardErrors?[from, to] else { return 0 }
            return max(0, all * all - own * own)
        }
        var shrunken = SquareMatrix<Double?>(count: count, repeating: nil)
        var errors = shrunken
        for from in 0..<count {
            for to in 0..<count where from != to {
                let left = 1 - parts.kept[from, to]
                let own = parts.specificErrors[from, to]
                shrunken[from, to] = parts.common(from: from, to: to) + parts.specific[from, to]
                errors[from, to] =
                    (own * own + left * left * parts.commonVariances[from, to] + shared(from, to)).squareRoot()
            }
        }
        return try HeterogeneityMatrix(
            names: names, transfers: shrunken, transferStandardErrors: errors, units: units)
    }

    /// Distances by what is specific to pairs, pᵢⱼ + pⱼᵢ of the ``TransferDecomposition``, from the pair that is most helped by
    /// each other on.
    ///
    /// Groups by d set entries apart that are harmed by any start, which groups cannot help; these tell who should share with
    /// whom. `transfers` of the result are the specific ones.
    ///
    /// - Throws: ``MatrixError`` where a transfer or its error is not known, there are fewer than three entries, or errors explain
    ///   all that differs between pairs.
    public func specific() throws -> HeterogeneityMatrix {
        let parts = try TransferDecomposition(of: self)
        guard parts.specificDeviation > 0 else {
            throw MatrixError(
                place: "transfers",
                problem: .outOfRange(
                    "nothing specific to pairs beyond the standard errors, expected some; more seeds may find it"))
        }
        let pairs = EntryPair.all(of: count)
        func sum(_ parts: SquareMatrix<Double>, _ pair: EntryPair) -> Double {
            parts[pair.first, pair.second] + parts[pair.second, pair.first]
        }
        let least = pairs.map { sum(parts.specific, $0) }.min() ?? 0
        var values = SquareMatrix(count: count, repeating: 0.0)
        var (errors, transfers) = (values, SquareMatrix<Double?>(count: count, repeating: nil))
        for pair in pairs {
            let (first, second) = (pair.first, pair.second)
            let value = sum(parts.specific, pair) - least
            let (there, back) = (parts.specificErrors[first, second], parts.specificErrors[second, first])
            let error = (there * there + back * back).squareRoot()
            (values[first, second], values[second, first]) = (value, value)
            (errors[first, second], errors[second, first]) = (error, error)
            transfers[first, second] = parts.specific[first, second]
            transfers[second, first] = parts.specific[second, first]
        }
        return try HeterogeneityMatrix(
            names: names, values: values, standardErrors: errors, transfers: transfers, units: units)
    }
}
