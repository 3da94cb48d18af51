import Heterogeneity
import Numerics

/// How far two matrices of the same entries say the same.
public struct MatrixAgreement: Codable, Equatable, Sendable {
    /// Spearman correlation of the distances of all pairs; nothing where either side is constant.
    public var distances: Double?
    /// Spearman correlation of the transfers that both know, with their sign; nothing where either side is constant.
    public var transfers: Double?
    /// Adjusted Rand index of the groups that both make.
    public var groups: Double?

    /// Compares two matrices.
    ///
    /// - Parameters:
    ///   - groups: how many groups both are cut into.
    /// - Throws: `MatrixError` when a matrix cannot be cut into so many groups.
    public init(
        _ one: HeterogeneityMatrix, _ other: HeterogeneityMatrix, linkage: Linkage, groups: Int
    ) throws {
        let pairs = EntryPair.all(of: min(one.count, other.count))
        distances = spearmanCorrelation(
            pairs.map { one[$0.first, $0.second] }, pairs.map { other[$0.first, $0.second] })
        let both = pairs.flatMap { [($0.first, $0.second), ($0.second, $0.first)] }.compactMap { from, to in
            one.transfers?[from, to].flatMap { left in other.transfers?[from, to].map { (left, $0) } }
        }
        transfers = spearmanCorrelation(both.map(\.0), both.map(\.1))
        func grouping(_ matrix: HeterogeneityMatrix) throws -> Grouping {
            try Dendrogram(of: matrix, linkage: linkage).grouping(.groups(min(groups, matrix.count)))
        }
        self.groups = try grouping(one).adjustedRandIndex(with: try grouping(other))
    }
}
