extension SharingGroups {
    /// The names of the pairs that are left out.
    public var leftOut: [String] { keptPairs.map { kept in Set(crossmodal.joined()).subtracting(kept).sorted() } ?? [] }

    /// Returns the groups without the pairs that are not worth keeping; `nil` if all are.
    ///
    /// A pair is kept if it is unknown, or one of its streams is. Predictors that explain nothing
    /// cannot tell what a pair is worth.
    ///
    /// - Parameter diagnoses: The diagnoses of all pairs, measured on validation splits.
    public func pruned(by diagnoses: [PairDiagnosis]) -> SharingGroups? {
        let worthKeeping = PairDiagnosis.worthKeeping(diagnoses)
        let pairs = keptPairs ?? crossmodal.flatMap { $0 }
        // A pair that was not measured could be valuable, so it is kept.
        let measured = Set(diagnoses.map(\.pair))
        let unknown = Set(unknown ?? [])
        let kept = pairs.filter { pair in
            worthKeeping.contains(pair) || !measured.contains(pair)
                || !unknown.isDisjoint(with: PairDiagnosis.streams(of: pair) + [pair])
        }.sorted()
        guard kept.count < pairs.count else { return nil }
        var groups = self
        groups.keptPairs = kept
        return groups
    }
}
