import Numerics

extension EntryPair {
    /// Which pairs to measure when not all can be: a number that grows with the entries rather than with their square.
    ///
    /// The pairs connect all entries, and every entry is in about as many pairs as any other. Three pairs for each entry are
    /// enough for a matrix of rank 2 or 3 with some to spare for estimating the error.
    ///
    /// - Parameters:
    ///   - count: Number n of entries, at least 2.
    ///   - pairs: Number of pairs, from n − 1 on; n(n − 1)/2 and more mean all pairs. By default 3n.
    ///   - seed: The same seed gives the same pairs.
    /// - Returns: Different pairs, ascending.
    /// - Throws: ``MatrixError`` if there are too few entries, or too few pairs to connect them.
    public static func sample(of count: Int, pairs: Int? = nil, seed: UInt64) throws -> [EntryPair] {
        guard (2...HeterogeneityMatrix.maximumCount).contains(count) else {
            throw MatrixError(
                place: "entries",
                problem: .outOfRange("\(count), expected 2 to \(HeterogeneityMatrix.maximumCount)")
            )
        }
        let wanted = min(pairs ?? 3 * count, count * (count - 1) / 2)
        guard wanted >= count - 1 else {
            throw MatrixError(
                place: "pairs",
                problem: .outOfRange("\(wanted), expected at least \(count - 1) to connect \(count) entries")
            )
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
