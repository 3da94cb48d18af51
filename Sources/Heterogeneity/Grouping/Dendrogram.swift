import Numerics

/// The result of agglomerative clustering: a sequence of merges and their distances.
public struct Dendrogram: Sendable, Equatable, Codable {
    /// A merge of two clusters. Clusters `0..<n` are the entries; cluster n + s is the result of
    /// merge s.
    public struct Merge: Sendable, Equatable, Codable {
        /// The smaller number of the two clusters.
        public let first: Int
        /// The larger number of the two clusters.
        public let second: Int
        /// The distance of the two clusters in the matrix's units, at least that of earlier merges.
        public let height: Double
        /// The number of entries in the resulting cluster.
        public let size: Int
    }

    /// The names of the n entries.
    public let names: [String]
    /// The linkage of the clustering.
    public let linkage: Linkage
    /// The n − 1 merges in order of height.
    public let merges: [Merge]

    /// Clusters the entries of a matrix agglomeratively, in O(n²) to O(n³).
    ///
    /// Each cluster is represented by its smallest entry. Among equally close pairs, the pair with
    /// the smallest representative is merged first, then the pair whose other representative is
    /// smallest. The result depends only on the matrix.
    ///
    /// - Parameters:
    ///   - matrix: Distances of n entries.
    ///   - linkage: The definition of the distance between clusters.
    public init(of matrix: HeterogeneityMatrix, linkage: Linkage) {
        names = matrix.names
        self.linkage = linkage
        let count = matrix.count
        var distances = matrix.values
        // A cluster uses the row of its smallest entry, so ties are broken by ascending row.
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
                    ki: distances[k, i], kj: distances[k, j], ij: ij, sizes: (sizes[i], sizes[j], sizes[k]))
                (distances[i, k], distances[k, i]) = (updated, updated)
            }
            merges.append(
                Merge(
                    first: min(cluster[i], cluster[j]), second: max(cluster[i], cluster[j]),
                    height: max(ij, merges.last?.height ?? 0), size: sizes[i] + sizes[j]))
            sizes[i] += sizes[j]
            cluster[i] = count + merges.count - 1
            for row in alive where row <= i || nearest[row] == j || nearest[row] == i {
                nearest[row] = findNearest(row)
            }
        }
        self.merges = merges
    }

    /// The entries of each cluster, ascending: first the n single entries, then the result of each
    /// merge.
    public var members: [[Int]] {
        var members = names.indices.map { [$0] }
        for merge in merges {
            members.append((members[merge.first] + members[merge.second]).sorted())
        }
        return members
    }

    /// The cophenetic distances `[n, n]`: for each pair, the height at which both join one cluster.
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

    /// Returns the Pearson correlation of the cophenetic distances with those of a matrix; `nil` if
    /// either is constant, or if the sizes differ.
    ///
    /// It is 1 if the dendrogram represents the distances perfectly.
    public func copheneticCorrelation(with matrix: HeterogeneityMatrix) -> Double? {
        guard matrix.count == names.count else { return nil }
        let cophenetic = copheneticDistances
        let pairs = EntryPair.all(of: names.count)
        return pearsonCorrelation(pairs.map { cophenetic[$0.first, $0.second] }, matrix.condensed)
    }

    /// Returns the groups defined by a cut.
    ///
    /// - Throws: ``MatrixError`` for a number of groups out of range, a negative or NaN threshold,
    ///   and a budget that does not hold one group.
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

    /// Returns the number of groups, from 2 to n − 1, with the largest mean silhouette.
    ///
    /// The smallest number is preferred among equals. The result is 1 for fewer than three entries,
    /// and if no mean silhouette is positive.
    public func bestSilhouetteGroupCount(in matrix: HeterogeneityMatrix) -> Int {
        var best = (groups: 1, silhouette: 0.0)
        for groups in 2..<max(2, names.count) {
            guard let silhouette = try? grouping(.groups(groups)).meanSilhouette(in: matrix) else { continue }
            if silhouette > best.silhouette + 1e-12 { best = (groups, silhouette) }
        }
        return best.groups
    }
}
