import Heterogeneity
import Numerics
import Torch

/// A test of whether heterogeneity predicts the scores of groupings.
///
/// Comparing one grouping by heterogeneity with one random grouping says little, because runs
/// differ by chance. Many groupings of the same sizes say more. If heterogeneity matters, groupings
/// with less heterogeneity within their groups score higher.
public struct GroupingPrediction: Codable, Equatable, Sendable {
    /// The number of groupings.
    public var groupings: Int
    /// The Spearman correlation of within-group heterogeneity with the mean score. It is negative
    /// when heterogeneity predicts the score.
    public var heterogeneity: Double?
    /// The two-sided p-value of that correlation in a permutation test.
    public var heterogeneityP: Double?
    /// The Spearman correlation of signed within-group transfers with the mean score.
    public var transfer: Double?
    /// The two-sided p-value of that correlation in a permutation test.
    public var transferP: Double?

    private static let permutations = 9999

    /// Compares groupings of the same sizes.
    ///
    /// - Returns: `nil` with fewer than four groupings, or when one has no score.
    public init?(_ trials: [GroupingTrial]) {
        guard trials.count >= 4, trials.allSatisfy({ !$0.scores.isEmpty }) else { return nil }
        let scores = trials.map { Measurements($0.scores).mean }
        func correlation(of values: [Double]) -> (rho: Double?, p: Double?) {
            guard let rho = spearmanCorrelation(values, scores) else { return (nil, nil) }
            var random = RandomSource(seed: 0, purpose: "grouping prediction")
            var exceeding = 1
            for _ in 0..<Self.permutations {
                let other = spearmanCorrelation(values, scores.shuffled(using: &random)) ?? 0
                if abs(other) >= abs(rho) - 1e-12 { exceeding += 1 }
            }
            return (rho, Double(exceeding) / Double(Self.permutations + 1))
        }
        groupings = trials.count
        (heterogeneity, heterogeneityP) = correlation(of: trials.map(\.heterogeneity))
        let transfers = trials.compactMap(\.transfer)
        (transfer, transferP) = transfers.count == trials.count ? correlation(of: transfers) : (nil, nil)
    }
}
