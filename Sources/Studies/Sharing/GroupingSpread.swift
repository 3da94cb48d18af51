/// The variation of scores between groupings of the same sizes, each trained from the same seeds.
///
/// Scores are modelled as grouping + seed + chance (two-way analysis of variance without
/// repetition). When groupings do not differ beyond chance, no rule for choosing among them can be
/// better than another.
public struct GroupingSpread: Codable, Equatable, Sendable {
    /// The standard deviation between groupings after removing chance; 0 when chance explains all
    /// of it.
    public var betweenGroupings: Double
    /// The standard deviation of chance for one grouping and one seed.
    public var chance: Double
    /// The mean square between groupings over that of chance. It has (groupings − 1, (groupings −
    /// 1)(seeds − 1)) degrees of freedom.
    public var ratio: Double

    /// Compares groupings.
    ///
    /// - Parameter scores: The scores of each grouping, one per seed.
    /// - Returns: `nil` with fewer than two groupings or two seeds, or when the numbers of seeds
    ///   differ.
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
                let residual = value - rows[row] - columns[column] + mean
                rest += residual * residual
            }
        }
        let within = rest / ((groupings - 1) * (count - 1))
        let between = count * rows.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (groupings - 1)
        betweenGroupings = max(0, (between - within) / count).squareRoot()
        chance = within.squareRoot()
        ratio = within > 0 ? between / within : 0
    }
}
