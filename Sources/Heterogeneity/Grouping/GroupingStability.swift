import Numerics

/// How much of a grouping survives the uncertainty of the matrix: distances are drawn anew around their values and clustered again.
///
/// Each time the entries come in another order, so that groups which hang on how ties are broken count as unstable too.
public struct GroupingStability: Sendable, Equatable, Codable {
    /// Where the uncertainty of the entries comes from.
    public enum Noise: String, Sendable, Codable {
        /// Each transfer is drawn from a normal distribution with its standard error; the distance follows from both.
        case transferStandardErrors
        /// Each distance is drawn from a normal distribution with its standard error, and not below 0.
        case standardErrors
        /// Nothing is known, so each distance is drawn with a standard error of a tenth of itself. Distances of 0 stay 0,
        /// which flatters a matrix with many of them.
        case relativeTenth
    }

    /// Where the uncertainty comes from.
    public let noise: Noise
    /// How often the entries were drawn.
    public let resamplings: Int
    /// Mean adjusted Rand index of the groupings of drawn matrices with the grouping of the matrix itself: 1 if none changed.
    public let meanAdjustedRandIndex: Double
    /// Standard deviation of that index over the draws.
    public let standardDeviation: Double
    /// Share of the draws in which two entries shared a group; 1 on the diagonal.
    public let coMembership: SquareMatrix<Double>

    /// Measures the stability of the groups that a linkage and a cut make of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: The distances and, where known, their errors.
    ///   - linkage: What is taken as the distance of two clusters.
    ///   - cut: Where the dendrogram is cut.
    ///   - resamplings: How often to draw, at least once.
    ///   - seed: The same seed gives the same result.
    /// - Throws: ``MatrixError`` if the cut cannot be made.
    public init(
        of matrix: HeterogeneityMatrix,
        linkage: Linkage,
        cut: GroupingCut,
        resamplings: Int = 200,
        seed: UInt64
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

    /// The groups of a matrix whose entries are taken in a random order.
    private static func grouping(
        of matrix: HeterogeneityMatrix,
        linkage: Linkage,
        cut: GroupingCut,
        random: inout SplitMix64
    ) throws -> Grouping {
        let order = (0..<matrix.count).shuffled(using: &random)
        var values = SquareMatrix(count: matrix.count, repeating: 0.0)
        for (row, entry) in order.enumerated() {
            for (column, other) in order.enumerated() { values[row, column] = matrix[entry, other] }
        }
        let shuffled = try HeterogeneityMatrix(names: order.map { matrix.names[$0] }, values: values)
        let found = try Dendrogram(of: shuffled, linkage: linkage).grouping(cut)
        var labels = Array(repeating: 0, count: matrix.count)
        for (row, entry) in order.enumerated() { labels[entry] = found.labels[row] }
        return Grouping(names: matrix.names, labels: labels)
    }
}

extension HeterogeneityMatrix {
    /// Whether both transfers of every pair and their standard errors are known.
    /// Whether every transfer between two entries is known, with its error.
    var hasTransferErrors: Bool {
        guard let transfers, let transferStandardErrors else { return false }
        return EntryPair.all(of: count).allSatisfy { pair in
            [(pair.first, pair.second), (pair.second, pair.first)].allSatisfy { row, column in
                transfers[row, column] != nil && transferStandardErrors[row, column] != nil
            }
        }
    }

    /// The matrix with every entry drawn anew.
    fileprivate func drawn(
        with noise: GroupingStability.Noise,
        using random: inout SplitMix64
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
