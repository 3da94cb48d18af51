import Numerics

/// The partition into a given number of groups with the least within-group heterogeneity.
///
/// Within-group heterogeneity is the sum of the distances of all pairs that share a group. No
/// linkage minimises this sum directly, so the optimum shows how far a dendrogram's groups are from
/// it.
public struct LeastHeterogeneousGrouping: Sendable, Equatable {
    /// The maximum number of entries for which the optimum is exact.
    public static let largestExactCount = 12

    /// The partition. Ties are broken deterministically.
    public let grouping: Grouping
    /// The within-group heterogeneity in the matrix's units.
    public let heterogeneity: Double
    /// True if the partition is a global optimum; false if it is only a local optimum, which no
    /// move of one entry and no exchange of two entries improves.
    public let isExact: Bool

    /// Finds the partition.
    ///
    /// Up to ``largestExactCount`` entries, by dynamic programming over all 2ⁿ sets of entries in
    /// 3ⁿ steps. Beyond that, by local search from the groups of every linkage and from random
    /// groups.
    ///
    /// - Parameters:
    ///   - matrix: Distances of n entries.
    ///   - groups: Number of nonempty groups, 1 to n.
    ///   - seed: Seed of the random groups. The same seed gives the same partition.
    /// - Throws: ``MatrixError`` if the number of groups is out of range.
    public init(of matrix: HeterogeneityMatrix, groups: Int, seed: UInt64 = 0) throws {
        _ = try GroupingCut.groups(groups).groupCount(of: matrix.count)
        let labels: [Int]
        if matrix.count <= Self.largestExactCount {
            labels = Self.exactLabels(matrix.values, groups: groups)
            isExact = true
        } else {
            var random = SplitMix64(seed: seed)
            var starts = try Linkage.allCases.map {
                try Dendrogram(of: matrix, linkage: $0).grouping(.groups(groups)).labels
            }
            for _ in 0..<8 {
                var start = (0..<matrix.count).map { $0 % groups }
                start.shuffle(using: &random)
                starts.append(start)
            }
            var best: (labels: [Int], sum: Double)?
            for start in starts {
                let improved = Self.improved(start, groups: groups, values: matrix.values)
                let sum = Grouping(names: matrix.names, labels: improved).withinGroupHeterogeneity(in: matrix) ?? 0
                if sum < best?.sum ?? .infinity { best = (improved, sum) }
            }
            labels = best?.labels ?? starts[0]
            isExact = groups == 1 || groups == matrix.count
        }
        grouping = Grouping(names: matrix.names, labels: labels)
        heterogeneity = grouping.withinGroupHeterogeneity(in: matrix) ?? 0
    }

    private static func exactLabels(_ values: SquareMatrix<Double>, groups: Int) -> [Int] {
        let count = values.count
        let setCount = 1 << count
        var costs = Array(repeating: 0.0, count: setCount)
        for set in 1..<setCount {
            let lowest = set.trailingZeroBitCount
            var rest = set & (set - 1)
            var cost = costs[rest]
            while rest != 0 {
                cost += values[lowest, rest.trailingZeroBitCount]
                rest &= rest - 1
            }
            costs[set] = cost
        }
        // least[s] is the least sum for a partition of the set s into `round` groups. choices
        // holds, for each round and set, the group that contains the set's smallest entry.
        var least = costs
        var choices = [Array(0..<setCount)]
        for round in 1..<max(1, groups) {
            var next = Array(repeating: Double.infinity, count: setCount)
            var choice = Array(repeating: 0, count: setCount)
            for set in 1..<setCount where set.nonzeroBitCount > round {
                let lowest = set & -set
                let others = set ^ lowest
                var subset = others
                while subset != 0 {
                    subset = (subset - 1) & others
                    let group = subset | lowest
                    let sum = costs[group] + least[set ^ group]
                    if sum < next[set] {
                        next[set] = sum
                        choice[set] = group
                    }
                }
            }
            least = next
            choices.append(choice)
        }
        var labels = Array(repeating: 0, count: count)
        var set = setCount - 1
        for (label, choice) in choices.reversed().enumerated() {
            let group = choice[set]
            for entry in 0..<count where group & (1 << entry) != 0 { labels[entry] = label }
            set ^= group
        }
        return labels
    }

    private static func improved(_ start: [Int], groups: Int, values: SquareMatrix<Double>) -> [Int] {
        var labels = start
        var sizes = Array(repeating: 0, count: groups)
        for label in labels { sizes[label] += 1 }
        // sums[i][g] is the sum of the distances from entry i to the entries of group g.
        var sums = Array(repeating: Array(repeating: 0.0, count: groups), count: labels.count)
        for i in labels.indices {
            for j in labels.indices { sums[i][labels[j]] += values[i, j] }
        }
        func move(_ entry: Int, to group: Int) {
            let old = labels[entry]
            for i in labels.indices {
                sums[i][old] -= values[i, entry]
                sums[i][group] += values[i, entry]
            }
            sizes[old] -= 1
            sizes[group] += 1
            labels[entry] = group
        }
        var improves = true
        var rounds = 0
        while improves, rounds < 100 {
            improves = false
            rounds += 1
            for i in labels.indices {
                let tolerance = 1e-12 * (1 + sums[i][labels[i]])
                for group in 0..<groups where group != labels[i] && sizes[labels[i]] > 1 {
                    if sums[i][group] < sums[i][labels[i]] - tolerance {
                        move(i, to: group)
                        improves = true
                    }
                }
                for j in (i + 1)..<max(i + 1, labels.count) where labels[i] != labels[j] {
                    let (a, b) = (labels[i], labels[j])
                    let change = sums[i][b] + sums[j][a] - 2 * values[i, j] - sums[i][a] - sums[j][b]
                    if change < -tolerance {
                        move(i, to: b)
                        move(j, to: a)
                        improves = true
                    }
                }
            }
        }
        return labels
    }
}
