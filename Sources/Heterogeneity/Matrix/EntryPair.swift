/// Two different entries of a matrix, in no order: positions counted from 0, the smaller first.
public struct EntryPair: Sendable, Hashable, Codable, Comparable {
    /// The smaller position.
    public let first: Int
    /// The larger position.
    public let second: Int

    /// The pair of two positions, in whichever order they are given.
    public init(_ one: Int, _ other: Int) {
        first = min(one, other)
        second = max(one, other)
    }

    /// By the first position, then by the second.
    public static func < (left: EntryPair, right: EntryPair) -> Bool {
        (left.first, left.second) < (right.first, right.second)
    }

    /// Every pair of `count` entries: (0, 1), (0, 2), … (1, 2), …; `count`·(`count` − 1)/2 of them.
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
