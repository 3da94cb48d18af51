import Foundation

/// The groups of a matrix with measures of their quality and with alternative groups.
public struct GroupingReport: Sendable, Equatable, Codable {
    /// The groups found by another method, with the same number of groups as the report.
    public struct Alternative: Sendable, Equatable, Codable {
        /// The name of a linkage, or `optimum` for the partition with the least within-group
        /// heterogeneity, or `search` for the best partition found where the optimum is unknown.
        public let method: String
        /// The names of the entries of each group.
        public let groups: [[String]]
        /// The correlation of cophenetic and original distances; `nil` if undefined.
        public let copheneticCorrelation: Double?
        /// The mean silhouette; `nil` with one group.
        public let meanSilhouette: Double?
        /// The sum of the distances of all pairs that share a group, in the matrix's units.
        public let withinGroupHeterogeneity: Double
        /// The adjusted Rand index with the report's groups.
        public let agreement: Double
    }

    /// The names of the clustered entries.
    public let names: [String]
    /// The names of the entries whose predictors explain nothing. They are not clustered, and share
    /// a group of their own. `nil` if there are none.
    public let unknown: [String]?
    /// The units of the distances.
    public let units: HeterogeneityUnits
    /// The linkage.
    public let linkage: Linkage
    /// A description of the cut through the dendrogram.
    public let cut: String
    /// The seed of the resampling.
    public let seed: UInt64
    /// The names of the entries of each group.
    public let groups: [[String]]
    /// The dendrogram.
    public let dendrogram: Dendrogram
    /// The correlation of cophenetic and original distances; `nil` if undefined.
    public let copheneticCorrelation: Double?
    /// The mean silhouette; `nil` with one group.
    public let meanSilhouette: Double?
    /// The sum of the distances of all pairs that share a group, in the matrix's units.
    public let withinGroupHeterogeneity: Double
    /// The stability of the groups under the uncertainty of the matrix.
    public let stability: GroupingStability
    /// The triangle inequalities and singular values.
    public let metricProperties: MetricProperties
    /// The share of the sum of squared singular values in the three largest.
    public let explainedShareOfRank3: Double
    /// The share of the sum of singular values in the three largest.
    public let nuclearShareOfRank3: Double
    /// The groups of the other linkages and the least heterogeneous partition.
    public let alternatives: [Alternative]
    /// A summary of the transfers; `nil` if they or their standard errors are unknown, or with
    /// fewer than three entries.
    public let transfers: TransferSummary?

    /// Groups the known entries of a matrix and evaluates the result.
    ///
    /// - Parameters:
    ///   - all: The matrix.
    ///   - basis: The part of its transfers that groups are based on.
    ///   - linkage: The linkage of the clustering.
    ///   - cut: The cut through the dendrogram; `nil` selects the number of groups with the best
    ///     mean silhouette.
    ///   - resamplings: Number of resampled matrices for the stability.
    ///   - seed: Seed of the resampling.
    /// - Throws: ``MatrixError`` if the cut is impossible, if required transfers are unknown, or if
    ///   fewer than two entries are known.
    public init(
        of all: HeterogeneityMatrix, basis: TransferBasis = .measured, linkage: Linkage, cut: GroupingCut?,
        resamplings: Int = 200, seed: UInt64
    ) throws {
        let unknown = all.unknown
        guard let measured = try all.ofKnownEntries() else {
            throw MatrixError(
                place: "explained",
                problem: .outOfRange(
                    "the predictors of only \(all.count - unknown.count) of \(all.count) entries explain more than "
                        + "chance, expected at least 2 to cluster; measure with more samples or epochs"))
        }
        self.unknown = unknown.isEmpty ? nil : unknown
        let cut = try cut?.ofKnown(measured.count, unknown: unknown.count)
        let matrix = try measured.basis(basis)
        transfers = measured.count >= 3 && measured.hasTransferErrors ? try TransferSummary(of: measured) : nil
        let dendrogram = Dendrogram(of: matrix, linkage: linkage)
        let chosen = cut ?? .groups(dendrogram.bestSilhouetteGroupCount(in: matrix))
        let grouping = try dendrogram.grouping(chosen)
        names = matrix.names
        units = matrix.units
        self.linkage = linkage
        self.cut = Self.words(for: cut, groups: grouping.groupCount)
        self.seed = seed
        groups = grouping.groupNames
        self.dendrogram = dendrogram
        copheneticCorrelation = dendrogram.copheneticCorrelation(with: matrix)
        meanSilhouette = grouping.meanSilhouette(in: matrix)
        withinGroupHeterogeneity = grouping.withinGroupHeterogeneity(in: matrix) ?? 0
        stability = try GroupingStability(
            of: matrix, linkage: linkage, cut: chosen, resamplings: resamplings, seed: seed)
        metricProperties = MetricProperties(of: matrix)
        explainedShareOfRank3 = metricProperties.explainedShare(rank: 3)
        nuclearShareOfRank3 = metricProperties.nuclearShare(rank: 3)

        var alternatives = try Linkage.allCases.filter { $0 != linkage }.map { other in
            let otherDendrogram = Dendrogram(of: matrix, linkage: other)
            return Self.alternative(
                try otherDendrogram.grouping(.groups(grouping.groupCount)), method: other.rawValue,
                copheneticCorrelation: otherDendrogram.copheneticCorrelation(with: matrix), matrix: matrix,
                reference: grouping)
        }
        let least = try LeastHeterogeneousGrouping(of: matrix, groups: grouping.groupCount, seed: seed)
        alternatives.append(
            Self.alternative(
                least.grouping, method: least.isExact ? "optimum" : "search", copheneticCorrelation: nil,
                matrix: matrix, reference: grouping))
        self.alternatives = alternatives
    }

    /// The groups as a partition of the names.
    public var grouping: Grouping {
        var labels: [String: Int] = [:]
        for (label, group) in groups.enumerated() {
            for name in group { labels[name] = label }
        }
        return Grouping(names: names, labels: names.map { labels[$0] ?? -1 })
    }

    private static func alternative(
        _ grouping: Grouping, method: String, copheneticCorrelation: Double?, matrix: HeterogeneityMatrix,
        reference: Grouping
    ) -> Alternative {
        Alternative(
            method: method, groups: grouping.groupNames, copheneticCorrelation: copheneticCorrelation,
            meanSilhouette: grouping.meanSilhouette(in: matrix),
            withinGroupHeterogeneity: grouping.withinGroupHeterogeneity(in: matrix) ?? 0,
            agreement: reference.adjustedRandIndex(with: grouping) ?? 0)
    }

    private static func words(for cut: GroupingCut?, groups: Int) -> String {
        let count = groups == 1 ? "1 group" : "\(groups) groups"
        switch cut {
        case .groups: return count
        case .threshold(let threshold): return "\(count) at distance \(String(format: "%.3g", threshold))"
        case .budget(let total, let perGroup, let base):
            return "\(count) within a budget of \(total) (\(perGroup) per group plus \(base))"
        case nil: return "\(count), the number with the best silhouette"
        }
    }
}
