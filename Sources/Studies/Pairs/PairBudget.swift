import Heterogeneity

/// A number of pairs of streams to fuse, as a share of all.
struct PairBudget {
    /// The share of the pairs, above 0 and at most 1.
    var share: Double

    /// Returns the number of pairs to keep: the share, or as many as every ranking needs to keep
    /// all streams, one fewer than a task has modalities.
    func count(of pairs: [String]) -> Int {
        let tasks = Dictionary(grouping: pairs) { $0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.startIndex) }
        let least = tasks.values.reduce(0) { $0 + Set($1.flatMap(PairDiagnosis.streams)).count - 1 }
        return max(least, Int((share * Double(pairs.count)).rounded()))
    }

    /// Returns the pairs to keep, sorted. Rankings of the same pairs keep the same number.
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
        let rest = ranked.filter { !kept.contains($0) }
        return (kept + rest.prefix(count(of: ranked) - kept.count)).sorted()
    }
}
