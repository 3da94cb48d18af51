extension SharingGroups {
    /// The names of the pairs that are left out.
    public var leftOut: [String] { keptPairs.map { kept in Set(crossmodal.joined()).subtracting(kept).sorted() } ?? [] }

    /// Returns the groups without the pairs that are not worth keeping; `nil` if all are.
    ///
    /// - Parameter diagnoses: The diagnoses of all pairs, measured on validation splits.
    public func pruned(by diagnoses: [PairDiagnosis]) -> SharingGroups? {
        let worthKeeping = PairDiagnosis.worthKeeping(diagnoses)
        let pairs = keptPairs ?? crossmodal.flatMap { $0 }
        // A pair that was not measured could be valuable, so it is kept.
        let measured = Set(diagnoses.map(\.pair))
        let kept = pairs.filter { worthKeeping.contains($0) || !measured.contains($0) }.sorted()
        guard kept.count < pairs.count else { return nil }
        var groups = self
        groups.keptPairs = kept
        return groups
    }
}
