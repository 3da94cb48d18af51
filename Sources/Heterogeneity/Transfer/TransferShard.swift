/// The part of a measurement that one of several machines does: every n-th entry as a source.
public struct TransferShard: Equatable, Sendable {
    /// The number of the part, counted from 1.
    public let index: Int
    /// The number of parts.
    public let count: Int

    /// The whole measurement.
    public static let whole = TransferShard(uncheckedIndex: 1, count: 1)

    /// Parses `i/n`, such as `2/4`.
    ///
    /// - Throws: ``HeterogeneityError`` when the text has another form or the numbers are out of
    ///   range.
    public init(parsing text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], (1...10_000).contains(count),
            (1...count).contains(index)
        else { throw HeterogeneityError("the shard is '\(text)'; expected i/n with 1 ≤ i ≤ n, such as 2/4") }
        self.init(uncheckedIndex: index, count: count)
    }

    private init(uncheckedIndex index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Returns true when an entry, counted from 0, is a source of this part.
    func holds(_ entry: Int) -> Bool { entry % count == index - 1 }
}
