import Numerics

/// The stability of a grouping under the uncertainty of the matrix.
///
/// Distances are resampled around their values and clustered again. Each resampled matrix has its
/// entries in a random order, so groups that depend on tie-breaking count as unstable too.
public struct GroupingStability: Sendable, Equatable, Codable {
    /// The source of the resampling noise.
    public enum Noise: String, Sendable, Codable {
        /// Each transfer is drawn from a normal distribution with its standard error. The distance
        /// follows from both directions.
        case transferStandardErrors
        /// Each distance is drawn from a normal distribution with its standard error, truncated at
        /// 0.
        case standardErrors
        /// Each distance is drawn with an assumed standard error of a tenth of its value, because
        /// none is known. Distances of 0 stay 0, so the stability of a matrix with many zeros is
        /// overestimated.
        case relativeTenth
    }

    /// The source of the resampling noise.
    public let noise: Noise
    /// The number of resampled matrices.
    public let resamplings: Int
    /// The mean adjusted Rand index of the resampled groupings with the original one; 1 if none
    /// changed.
    public let meanAdjustedRandIndex: Double
    /// The standard deviation of the adjusted Rand index over the resamplings.
    public let standardDeviation: Double
    /// The share of resamplings in which two entries share a group `[n, n]`; 1 on the diagonal.
    public let coMembership: SquareMatrix<Double>

    /// Measures the stability of the groups of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: Distances and, if known, their standard errors.
    ///   - linkage: The linkage of the clustering.
    ///   - cut: The cut through the dendrogram.
    ///   - resamplings: Number of resampled matrices, at least 1.
    ///   - seed: Seed of the resampling. The same seed gives the same result.
    /// - Throws: ``MatrixError`` if the cut is impossible.
    public init(
        of matrix: HeterogeneityMatrix, linkage: Linkage, cut: GroupingCut, resamplings: Int = 200, seed: UInt64
    ) throws {
        let grouping = try Dendrogram(of: matrix, linkage: linkage).grouping(cut)
        let pairs = EntryPair.all(of: matrix.count)
        let noise: Noise
        if matrix.hasTransferErrors {
            noise = .transferStandardErrors
        } else {
            noise = matrix.standardErrors == nil ? .relativeTenth : .standardErrors
        }
        self.noise = noise
        self.resamplings = max(1, resamplings)
        var random = SplitMix64(seed: seed)
        var indices: [Double] = []
        var together = SquareMatrix(count: matrix.count, repeating: 0)
        for _ in 0..<self.resamplings {
            let drawn = try matrix.drawn(with: noise, using: &random)
            let other = try Self.grouping(of: drawn, linkage: linkage, cut: cut, random: &random)
            indices.append(grouping.adjustedRandIndex(with: other) ?? 0)
            for pair in pairs where other.labels[pair.first] == other.labels[pair.second] {
                together[pair.first, pair.second] += 1
            }
        }
        let count = Double(self.resamplings)
        let mean = indices.reduce(0, +) / count
        meanAdjustedRandIndex = mean
        standardDeviation = (indices.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        var shares = SquareMatrix(count: matrix.count, repeating: 1.0)
        for pair in pairs {
            let share = Double(together[pair.first, pair.second]) / count
            (shares[pair.first, pair.second], shares[pair.second, pair.first]) = (share, share)
        }
        coMembership = shares
    }

    /// Returns the groups of a matrix, clustered with its entries in a random order.
    private static func grouping(
        of matrix: HeterogeneityMatrix, linkage: Linkage, cut: GroupingCut, random: inout SplitMix64
    ) throws -> Grouping {
        let order = (0..<matrix.count).shuffled(using: &random)
        var values = SquareMatrix(count: matrix.count, repeating: 0.0)
        for (row, entry) in order.enumerated() {
            for (column, other) in order.enumerated() { values[row, column] = matrix[entry, other] }
        }
        let shuffled = try HeterogeneityMatrix(names: order.map { matrix.names[$0] }, values: values)
        let grouping = try Dendrogram(of: shuffled, linkage: linkage).grouping(cut)
        var labels = Array(repeating: 0, count: matrix.count)
        for (row, entry) in order.enumerated() { labels[entry] = grouping.labels[row] }
        return Grouping(names: matrix.names, labels: labels)
    }
}

extension HeterogeneityMatrix {
    /// True if the transfers of every pair are known in both directions, with their standard
    /// errors.
    var hasTransferErrors: Bool {
        guard let transfers, let transferStandardErrors else { return false }
        return EntryPair.all(of: count).allSatisfy { pair in
            [(pair.first, pair.second), (pair.second, pair.first)].allSatisfy { row, column in
                transfers[row, column] != nil && transferStandardErrors[row, column] != nil
            }
        }
    }

    /// Returns a resampled matrix.
    ///
    /// - Throws: ``MatrixError`` if a resampled distance is not finite.
    fileprivate func drawn(
        with noise: GroupingStability.Noise, using random: inout SplitMix64
    ) throws -> HeterogeneityMatrix {
        var drawn = SquareMatrix(count: count, repeating: 0.0)
        for pair in EntryPair.all(of: count) {
            let (i, j) = (pair.first, pair.second)
            let value: Double
            switch noise {
            case .transferStandardErrors:
                func positivePart(_ row: Int, _ column: Int) -> Double {
                    let error = transferStandardErrors?[row, column] ?? 0
                    return max(0, (transfers?[row, column] ?? 0) + error * random.normal())
                }
                value = positivePart(i, j) + positivePart(j, i)
            case .standardErrors:
                value = max(0, values[i, j] + (standardErrors?[i, j] ?? 0) * random.normal())
            case .relativeTenth:
                value = max(0, values[i, j] * (1 + 0.1 * random.normal()))
            }
            let bounded = min(value, Self.largestValue)
            (drawn[i, j], drawn[j, i]) = (bounded, bounded)
        }
        return try HeterogeneityMatrix(names: names, values: drawn, units: units)
    }
}
