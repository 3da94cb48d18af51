extension Grouping {
    /// Silhouette of every entry: (b − a) / max(a, b), with the mean distance a to its own group and b to the nearest other one
    /// (Rousseeuw, 1987). From −1, in the wrong group, to 1. An entry alone in its group has 0, as has one with a = b = 0.
    ///
    /// - Returns: Nil if there is but one group, or the entries are not the matrix's.
    public func silhouettes(in matrix: HeterogeneityMatrix) -> [Double]? {
        guard names == matrix.names, groupCount > 1 else { return nil }
        let groups = groups
        return names.indices.map { entry in
            let own = groups[labels[entry]]
            guard own.count > 1 else { return 0 }
            func total(_ group: [Int]) -> Double { group.reduce(0) { $0 + matrix[entry, $1] } }
            let within = total(own) / Double(own.count - 1)
            let nearest =
                groups.indices.filter { $0 != labels[entry] }
                .map { total(groups[$0]) / Double(groups[$0].count) }
                .min() ?? 0
            let larger = max(within, nearest)
            return larger > 0 ? (nearest - within) / larger : 0
        }
    }

    /// Mean silhouette over all entries; nil as for ``silhouettes(in:)``.
    public func meanSilhouette(in matrix: HeterogeneityMatrix) -> Double? {
        silhouettes(in: matrix).map { $0.reduce(0, +) / Double($0.count) }
    }
}
