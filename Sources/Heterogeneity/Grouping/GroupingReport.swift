import Foundation

/// Everything that there is to say about the groups of a matrix.
public struct GroupingReport: Sendable, Equatable, Codable {
    /// What one way of grouping makes of the matrix, with as many groups as the report's.
    public struct Alternative: Sendable, Equatable, Codable {
        /// The name of a linkage; `optimum` for the division with the least within-group heterogeneity, or `search` for the best
        /// one found where there are too many to know.
        public let method: String
        /// Names, group by group.
        public let groups: [[String]]
        /// Correlation of cophenetic and original distances; nil where undefined.
        public let copheneticCorrelation: Double?
        /// Mean silhouette; nil with one group.
        public let meanSilhouette: Double?
        /// Sum of the distances of all pairs that share a group.
        public let withinGroupHeterogeneity: Double
        /// Adjusted Rand index with the report's groups.
        public let agreement: Double
    }

    /// Names of the entries.
    public let names: [String]
    /// What the distances count.
    public let units: HeterogeneityUnits
    /// The linkage that was used.
    public let linkage: Linkage
    /// Where the dendrogram was cut, in words.
    public let cut: String
    /// The seed of the resampling.
    public let seed: UInt64
    /// Names, group by group.
    public let groups: [[String]]
    /// The dendrogram.
    public let dendrogram: Dendrogram
    /// Correlation of cophenetic and original distances; nil where undefined.
    public let copheneticCorrelation: Double?
    /// Mean silhouette; nil with one group.
    public let meanSilhouette: Double?
    /// Sum of the distances of all pairs that share a group.
    public let withinGroupHeterogeneity: Double
    /// How much of the groups survives the uncertainty of the matrix.
    public let stability: GroupingStability
    /// Triangle inequalities and singular values.
    public let metricProperties: MetricProperties
    /// Share of the squared singular values in the three largest.
    public let explainedShareOfRank3: Double
    /// Share of the sum of singular values in the three largest.
    public let nuclearShareOfRank3: Double
    /// The other linkages, and the least heterogeneous division, with the same number of groups.
    public let alternatives: [Alternative]
    /// Where the transfers differ; nil where they or their errors are unknown.
    public let transfers: TransferSummary?

    /// Groups the entries of a matrix and examines the result.
    ///
    /// - Parameters:
    ///   - measured: The matrix.
    ///   - basis: What of its transfers groups are made from.
    ///   - linkage: What is taken as the distance of two clusters.
    ///   - cut: Where to cut; nil for the number of groups with the best mean silhouette.
    ///   - resamplings: Draws for the stability score.
    ///   - seed: Seed of the draws.
    /// - Throws: ``MatrixError`` if the cut cannot be made, or transfers that are needed are not known.
    public init(
        of measured: HeterogeneityMatrix,
        basis: TransferBasis = .measured,
        linkage: Linkage,
        cut: GroupingCut?,
        resamplings: Int = 200,
        seed: UInt64
    ) throws {
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
            of: matrix,
            linkage: linkage,
            cut: chosen,
            resamplings: resamplings,
            seed: seed
        )
        metricProperties = MetricProperties(of: matrix)
        explainedShareOfRank3 = metricProperties.explainedShare(rank: 3)
        nuclearShareOfRank3 = metricProperties.nuclearShare(rank: 3)

        var alternatives = try Linkage.allCases.filter { $0 != linkage }.map { other in
            let otherDendrogram = Dendrogram(of: matrix, linkage: other)
            return Self.alternative(
                try otherDendrogram.grouping(.groups(grouping.groupCount)),
                method: other.rawValue,
                copheneticCorrelation: otherDendrogram.copheneticCorrelation(with: matrix),
                matrix: matrix,
                reference: grouping
            )
        }
        let least = try LeastHeterogeneousGrouping(of: matrix, groups: grouping.groupCount, seed: seed)
        alternatives.append(
            Self.alternative(
                least.grouping,
                method: least.isExact ? "optimum" : "search",
                copheneticCorrelation: nil,
                matrix: matrix,
                reference: grouping
            )
        )
        self.alternatives = alternatives
    }

    /// The groups as a division of the names.
    public var grouping: Grouping {
        var labels: [String: Int] = [:]
        for (label, group) in groups.enumerated() {
            for name in group { labels[name] = label }
        }
        return Grouping(names: names, labels: names.map { labels[$0] ?? -1 })
    }

    private static func alternative(
        _ grouping: Grouping,
        method: String,
        copheneticCorrelation: Double?,
        matrix: HeterogeneityMatrix,
        reference: Grouping
    ) -> Alternative {
        Alternative(
            method: method,
            groups: grouping.groupNames,
            copheneticCorrelation: copheneticCorrelation,
            meanSilhouette: grouping.meanSilhouette(in: matrix),
            withinGroupHeterogeneity: grouping.withinGroupHeterogeneity(in: matrix) ?? 0,
            agreement: reference.adjustedRandIndex(with: grouping) ?? 0
        )
    }

    private static func words(for cut: GroupingCut?, groups: Int) -> String {
        let count = groups == 1 ? "1 group" : "\(groups) groups"
        switch cut {
        case .groups: return count
        case .threshold(let threshold): return "\(count) at distance \(String(format: "%.3g", threshold))"
        case .budget(let total, let perGroup, let base):
            return "\(count) in a budget of \(total) (\(perGroup) for each, \(base) besides)"
        case nil: return "\(count), the number with the best silhouette"
        }
    }
}
