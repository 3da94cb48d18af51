extension Grouping {
    /// Returns the silhouette of every entry; `nil` with one group, or if the entries are not those
    /// of the matrix.
    ///
    /// The silhouette is (b − a) / max(a, b), where a is the mean distance to the entry's own group
    /// and b that to the nearest other group. It ranges from −1 (wrong group) to 1. It is 0 for an
    /// entry alone in its group, and for a = b = 0.
    ///
    /// Source: Rousseeuw, 1987.
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

    /// Returns the mean silhouette over all entries; `nil` as for ``silhouettes(in:)``.
    public func meanSilhouette(in matrix: HeterogeneityMatrix) -> Double? {
        silhouettes(in: matrix).map { $0.reduce(0, +) / Double($0.count) }
    }
}
