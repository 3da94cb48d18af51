import Heterogeneity
import Numerics

/// The agreement between two matrices of the same entries.
public struct MatrixAgreement: Codable, Equatable, Sendable {
    /// The Spearman correlation of all distances. `nil` when either side is constant.
    public var distances: Double?
    /// The Spearman correlation of the signed transfers that both matrices have. `nil` when either
    /// side is constant.
    public var transfers: Double?
    /// The adjusted Rand index of the two groupings.
    public var groups: Double?

    /// Compares two matrices.
    ///
    /// - Parameters:
    ///   - one: The first matrix.
    ///   - other: The second matrix, with the same entries in the same order.
    ///   - linkage: The linkage for grouping.
    ///   - groups: The number of groups to cut both dendrograms into.
    /// - Throws: `MatrixError` when a matrix cannot be cut into that many groups.
    public init(_ one: HeterogeneityMatrix, _ other: HeterogeneityMatrix, linkage: Linkage, groups: Int) throws {
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
