import Numerics

/// The order in which agglomerative clustering joins entries into ever larger groups, and the distance of each joining.
public struct Dendrogram: Sendable, Equatable, Codable {
    /// One joining of two clusters. Clusters 0..<n are the entries; cluster n + s is what step s made.
    public struct Merge: Sendable, Equatable, Codable {
        /// The cluster with the smaller number.
        public let first: Int
        /// The cluster with the larger number.
        public let second: Int
        /// Distance of the two, in the matrix's units; never less than that of an earlier step.
        public let height: Double
        /// Entries in the cluster that results.
        public let size: Int
    }

    /// Names of the n entries.
    public let names: [String]
    /// What was taken as the distance of two clusters.
    public let linkage: Linkage
    /// The n − 1 steps, by height.
    public let merges: [Merge]

    /// Clusters the entries of a matrix from the bottom up.
    ///
    /// Of equally close pairs, the one whose clusters hold the smallest entry is joined, and of these the one whose other cluster
    /// does: the result depends on nothing but the matrix. The work grows with n² to n³.
    ///
    /// - Parameters:
    ///   - matrix: Distances of n entries.
    ///   - linkage: What is taken as the distance of two clusters.
    public init(of matrix: HeterogeneityMatrix, linkage: Linkage) {
        names = matrix.names
        self.linkage = linkage
        let count = matrix.count
        var distances = matrix.values
        // A cluster lives in the row of its smallest entry, so rows in ascending order are the order in which ties are broken.
        var cluster = Array(0..<count)
        var sizes = Array(repeating: 1, count: count)
        var alive = Array(0..<count)
        var nearest = Array(repeating: -1, count: count)

        func findNearest(_ row: Int) -> Int {
            var best = -1
            for other in alive where other > row {
                if best < 0 || distances[row, other] < distances[row, best] { best = other }
            }
            return best
        }
        for row in alive { nearest[row] = findNearest(row) }

        var merges: [Merge] = []
        while alive.count > 1 {
            var i = alive[0]
            for row in alive.dropLast().dropFirst() where distances[row, nearest[row]] < distances[i, nearest[i]] {
                i = row
            }
            let j = nearest[i]
            let ij = distances[i, j]
            alive.removeAll { $0 == j }
            for k in alive where k != i {
                let updated = linkage.distance(
                    ki: distances[k, i],
                    kj: distances[k, j],
                    ij: ij,
                    sizes: (sizes[i], sizes[j], sizes[k])
                )
                (distances[i, k], distances[k, i]) = (updated, updated)
            }
            merges.append(
                Merge(
                    first: min(cluster[i], cluster[j]),
                    second: max(cluster[i], cluster[j]),
                    height: max(ij, merges.last?.height ?? 0),
                    size: sizes[i] + sizes[j]
                )
            )
            sizes[i] += sizes[j]
            cluster[i] = count + merges.count - 1
            for row in alive where row <= i || nearest[row] == j || nearest[row] == i {
                nearest[row] = findNearest(row)
            }
        }
        self.merges = merges
    }

    /// Entries of each cluster, ascending: first the n entries themselves, then one for every step.
    public var members: [[Int]] {
        var members = names.indices.map { [$0] }
        for merge in merges {
            members.append((members[merge.first] + members[merge.second]).sorted())
        }
        return members
    }

    /// Cophenetic distances: for each two entries, the height at which they come into one cluster.
    public var copheneticDistances: SquareMatrix<Double> {
        var distances = SquareMatrix(count: names.count, repeating: 0.0)
        let members = members
        for merge in merges {
            for i in members[merge.first] {
                for j in members[merge.second] {
                    (distances[i, j], distances[j, i]) = (merge.height, merge.height)
                }
            }
        }
        return distances
    }

    /// Pearson correlation of the cophenetic distances with the matrix's: 1 if the dendrogram says it all. Nil where either is
    /// the same for all pairs, or the sizes differ.
    public func copheneticCorrelation(with matrix: HeterogeneityMatrix) -> Double? {
        guard matrix.count == names.count else { return nil }
        let cophenetic = copheneticDistances
        let pairs = EntryPair.all(of: names.count)
        return pearsonCorrelation(pairs.map { cophenetic[$0.first, $0.second] }, matrix.condensed)
    }

    /// The groups that a cut through the dendrogram leaves.
    ///
    /// - Throws: ``MatrixError`` if the cut asks for no group, for more groups than there are entries, or for a budget that does
    ///   not even hold one group.
    public func grouping(_ cut: GroupingCut) throws -> Grouping {
        let steps: Int
        switch cut {
        case .threshold(let threshold):
            guard threshold >= 0 else {
                throw MatrixError(place: "threshold", problem: .outOfRange("\(threshold), expected at least 0"))
            }
            steps = merges.prefix { $0.height <= threshold }.count
        case .groups, .budget:
            steps = names.count - (try cut.groupCount(of: names.count) ?? 1)
        }
        var labels = Array(names.indices)
        let members = members
        for step in 0..<steps {
            for entry in members[names.count + step] { labels[entry] = names.count + step }
        }
        return Grouping(names: names, labels: labels)
    }

    /// The number of groups, from 2 to n − 1, whose groups have the largest mean silhouette; the smallest of several. 1 for fewer
    /// than three entries, or where no silhouette is above 0.
    public func bestSilhouetteGroupCount(in matrix: HeterogeneityMatrix) -> Int {
        var best = (groups: 1, silhouette: 0.0)
        for groups in 2..<max(2, names.count) {
            guard let silhouette = try? grouping(.groups(groups)).meanSilhouette(in: matrix) else { continue }
            if silhouette > best.silhouette + 1e-12 { best = (groups, silhouette) }
        }
        return best.groups
    }
}
