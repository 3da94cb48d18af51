/// How much it matters which groups are chosen, from groupings that were drawn at random and each trained from the same seeds.
///
/// Scores are taken as grouping + seed + chance (two-way analysis of variance without repetition). Where groupings do not
/// differ beyond chance, no way of choosing among such groupings can be better than another.
public struct GroupingSpread: Codable, Equatable, Sendable {
    /// Standard deviation between groupings, chance taken off; 0 where chance explains it all.
    public var betweenGroupings: Double
    /// Standard deviation of chance: one grouping, one seed.
    public var chance: Double
    /// Mean square between groupings over that of chance, (groupings − 1, (groupings − 1)(seeds − 1)) degrees of freedom.
    public var ratio: Double

    /// Compares groupings.
    ///
    /// - Parameter scores: grouping → seed → score.
    /// - Returns: nothing with fewer than two groupings or two seeds, or where lists differ in length.
    public init?(_ scores: [[Double]]) {
        guard let seeds = scores.first?.count, seeds >= 2, scores.count >= 2, scores.allSatisfy({ $0.count == seeds })
        else { return nil }
        let (groupings, count) = (Double(scores.count), Double(seeds))
        let rows = scores.map { $0.reduce(0, +) / count }
        let columns = (0..<seeds).map { seed in scores.reduce(0) { $0 + $1[seed] } / groupings }
        let mean = rows.reduce(0, +) / groupings
        var rest = 0.0
        for (row, values) in scores.enumerated() {
            for (column, value) in values.enumerated() {
                let left = value - rows[row] - columns[column] + mean
                rest += left * left
            }
        }
        let within = rest / ((groupings - 1) * (count - 1))
        let between = count * rows.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (groupings - 1)
        betweenGroupings = max(0, (between - within) / count).squareRoot()
        chance = within.squareRoot()
        ratio = within > 0 ? between / within : 0
    }
}
