/// An unordered pair of different entries of a matrix, by positions counted from 0.
public struct EntryPair: Sendable, Hashable, Codable, Comparable {
    /// The smaller position.
    public let first: Int
    /// The larger position.
    public let second: Int

    /// Creates a pair from two positions in either order.
    public init(_ one: Int, _ other: Int) {
        first = min(one, other)
        second = max(one, other)
    }

    /// Compares by the first position, then by the second.
    public static func < (left: EntryPair, right: EntryPair) -> Bool {
        (left.first, left.second) < (right.first, right.second)
    }

    /// Returns all `count`·(`count` − 1)/2 pairs of `count` entries: (0, 1), (0, 2), … (1, 2), ….
    public static func all(of count: Int) -> [EntryPair] {
        var pairs: [EntryPair] = []
        for first in 0..<max(0, count) {
            for second in (first + 1)..<max(first + 1, count) {
                pairs.append(EntryPair(first, second))
            }
        }
        return pairs
    }
}
