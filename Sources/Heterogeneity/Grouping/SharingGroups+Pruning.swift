extension SharingGroups {
    /// The names of the pairs that do not meet.
    public var leftOut: [String] { keptPairs.map { kept in Set(crossmodal.joined()).subtracting(kept).sorted() } ?? [] }

    /// The same groups without the pairs that are not worth keeping; nothing when all are.
    ///
    /// - Parameter diagnoses: what the modalities of all pairs say, measured on validation splits.
    public func pruned(by diagnoses: [PairDiagnosis]) -> SharingGroups? {
        let worthKeeping = PairDiagnosis.worthKeeping(diagnoses)
        let known = keptPairs ?? crossmodal.flatMap { $0 }
        // A pair that nobody measured may be worth much.
        let measured = Set(diagnoses.map(\.pair))
        let kept = known.filter { worthKeeping.contains($0) || !measured.contains($0) }.sorted()
        guard kept.count < known.count else { return nil }
        var groups = self
        groups.keptPairs = kept
        return groups
    }
}
