import Heterogeneity
import Numerics
import Torch

/// Do heterogeneities foretell which groupings score well?
///
/// One grouping by heterogeneity against one that is random says little, since runs differ by chance. Many groupings of the same
/// sizes say more: if heterogeneity matters, those that keep heterogeneous entries apart score higher, all along the way.
public struct GroupingPrediction: Codable, Equatable, Sendable {
    /// How many groupings.
    public var groupings: Int
    /// Spearman correlation of within-group heterogeneity with the mean score; below 0 where it foretells.
    public var heterogeneity: Double?
    /// How often groupings whose scores are exchanged at random correlate as strongly, either way.
    public var heterogeneityP: Double?
    /// The same of signed transfers.
    public var transfer: Double?
    /// How often chance does as much.
    public var transferP: Double?

    private static let permutations = 9999

    /// Compares groupings of the same sizes.
    ///
    /// - Returns: nothing with fewer than four groupings.
    public init?(_ trials: [GroupingTrial]) {
        guard trials.count >= 4, trials.allSatisfy({ !$0.scores.isEmpty }) else { return nil }
        let scores = trials.map { Measurements($0.scores).mean }
        func foretells(_ values: [Double]) -> (rho: Double?, p: Double?) {
            guard let rho = spearmanCorrelation(values, scores) else { return (nil, nil) }
            var random = RandomSource(seed: 0, purpose: "grouping prediction")
            var exceeding = 1
            for _ in 0..<GroupingPrediction.permutations {
                let other = spearmanCorrelation(values, scores.shuffled(using: &random)) ?? 0
                if abs(other) >= abs(rho) - 1e-12 { exceeding += 1 }
            }
            return (rho, Double(exceeding) / Double(GroupingPrediction.permutations + 1))
        }
        groupings = trials.count
        (heterogeneity, heterogeneityP) = foretells(trials.map(\.heterogeneity))
        let transfers = trials.compactMap(\.transfer)
        (transfer, transferP) = transfers.count == trials.count ? foretells(transfers) : (nil, nil)
    }
}
