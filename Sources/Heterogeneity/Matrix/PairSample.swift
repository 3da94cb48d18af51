import Numerics

extension EntryPair {
    /// Returns a random sample of pairs to measure, for matrices too large to measure completely.
    ///
    /// The number of pairs grows linearly with the number of entries. The pairs connect all
    /// entries, and all entries are in about equally many pairs. Three pairs per entry suffice for
    /// a matrix of rank 2 or 3 and leave some for estimating the error.
    ///
    /// - Parameters:
    ///   - count: Number n of entries, at least 2.
    ///   - pairs: Number of pairs, at least n − 1; n(n − 1)/2 or more select all pairs. `nil` uses
    ///     3n.
    ///   - seed: Seed of the sample. The same seed gives the same pairs.
    /// - Returns: Distinct pairs, ascending.
    /// - Throws: ``MatrixError`` for too few or too many entries, and for too few pairs to connect
    ///   them.
    public static func sample(of count: Int, pairs: Int? = nil, seed: UInt64) throws -> [EntryPair] {
        guard (2...HeterogeneityMatrix.maximumCount).contains(count) else {
            throw MatrixError(
                place: "entries", problem: .outOfRange("\(count), expected 2 to \(HeterogeneityMatrix.maximumCount)"))
        }
        let wanted = min(pairs ?? 3 * count, count * (count - 1) / 2)
        guard wanted >= count - 1 else {
            throw MatrixError(
                place: "pairs",
                problem: .outOfRange("\(wanted), expected at least \(count - 1) to connect \(count) entries"))
        }
        var random = SplitMix64(seed: seed)
        var chosen: Set<EntryPair> = []
        var degrees = Array(repeating: 0, count: count)
        func choose(_ one: Int, _ other: Int) {
            chosen.insert(EntryPair(one, other))
            degrees[one] += 1
            degrees[other] += 1
        }
        let path = (0..<count).shuffled(using: &random)
        for (one, other) in zip(path, path.dropFirst()) { choose(one, other) }
        while chosen.count < wanted {
            let order = (0..<count).shuffled(using: &random)
            guard
                let one = order.filter({ degrees[$0] < count - 1 }).min(by: { degrees[$0] < degrees[$1] }),
                let other = order.filter({ $0 != one && !chosen.contains(EntryPair(one, $0)) })
                    .min(by: { degrees[$0] < degrees[$1] })
            else { break }
            choose(one, other)
        }
        return chosen.sorted()
    }
}
