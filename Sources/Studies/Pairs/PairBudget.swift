import Heterogeneity

/// A number of pairs of streams to fuse, as a share of all.
struct PairBudget {
    /// The share of the pairs, above 0 and at most 1.
    var share: Double

    /// Returns the pairs to keep, sorted.
    ///
    /// First, every stream of a task with several modalities keeps the best of its pairs, or it
    /// would be lost to the task. The other places go to the best of the remaining pairs.
    ///
    /// - Parameter ranked: All pairs `task/first+second`, the most valuable one first.
    func kept(of ranked: [String]) -> [String] {
        var covered: Set<String> = []
        var kept: [String] = []
        for pair in ranked where !covered.isSuperset(of: PairDiagnosis.streams(of: pair)) {
            covered.formUnion(PairDiagnosis.streams(of: pair))
            kept.append(pair)
        }
        let places = Int((share * Double(ranked.count)).rounded())
        let rest = ranked.filter { !kept.contains($0) }
        return (kept + rest.prefix(max(0, places - kept.count))).sorted()
    }
}
