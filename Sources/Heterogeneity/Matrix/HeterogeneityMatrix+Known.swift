extension HeterogeneityMatrix {
    /// Returns true if the predictor of an entry explains something, or if the matrix does not say.
    public func isKnown(_ entry: Int) -> Bool { explained?.isKnown(entry) ?? true }

    /// The names of the entries whose predictors explain nothing. Their transfers say nothing about
    /// them.
    public var unknown: [String] { names.indices.filter { !isKnown($0) }.map { names[$0] } }

    /// Returns the matrix of the known entries alone; `nil` if there are fewer than two.
    ///
    /// - Throws: ``MatrixError`` for a matrix that is not valid.
    public func ofKnownEntries() throws -> HeterogeneityMatrix? {
        let known = names.indices.filter(isKnown)
        guard known.count < count else { return self }
        guard known.count >= 2 else { return nil }
        func part<Element>(_ matrix: SquareMatrix<Element>) throws -> SquareMatrix<Element> {
            try SquareMatrix(rows: known.map { row in known.map { matrix[row, $0] } })
        }
        let imputed = imputed.compactMap { pair -> EntryPair? in
            guard let first = known.firstIndex(of: pair.first), let second = known.firstIndex(of: pair.second) else {
                return nil
            }
            return EntryPair(first, second)
        }
        return try HeterogeneityMatrix(
            names: known.map { names[$0] }, values: part(values), standardErrors: standardErrors.map(part),
            transfers: transfers.map(part), transferStandardErrors: transferStandardErrors.map(part),
            imputed: imputed, units: units
        ).with(transferOwnErrors: transferOwnErrors.map(part)).with(
            explained: explained.map {
                let (values, errors) = ($0.values, $0.standardErrors)
                return try ExplainedShares(
                    values: known.map { values[$0] }, standardErrors: known.map { errors[$0] })
            })
    }
}
