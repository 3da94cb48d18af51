import Numerics

/// How far a heterogeneity matrix is from being a metric, and how close to low rank.
public struct MetricProperties: Sendable, Equatable, Codable {
    /// Share of triples for which an inequality holds, by way of counting.
    public struct Shares: Sendable, Equatable, Codable {
        /// Over all n³ ordered triples.
        public let all: Double
        /// Over ordered triples of different entries; nil with fewer than three entries.
        public let distinct: Double?
        /// Over sets of three entries; nil with fewer than three entries.
        public let sets: Double?
    }

    /// Share of triples with d(a, c) ≤ d(a, b) + d(b, c).
    public let triangle: Shares
    /// Share of triples with d(a, c) ≤ c · (d(a, b) + d(b, c)).
    public let relaxedTriangle: Shares
    /// The constant c of the relaxed inequality.
    public let relaxation: Double
    /// Singular values of the matrix with its zero diagonal, largest first.
    public let singularValues: [Double]

    /// The properties of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: Distances of n entries. The work grows with n³.
    ///   - relaxation: The constant c ≥ 1 of the relaxed inequality; the paper uses 5.
    public init(of matrix: HeterogeneityMatrix, relaxation: Double = 5) {
        self.relaxation = relaxation
        triangle = Self.shares(in: matrix.values, factor: 1)
        relaxedTriangle = Self.shares(in: matrix.values, factor: relaxation)
        singularValues = SymmetricEigen(matrix.values.rows).values.map { abs($0) }.sorted(by: >)
    }

    /// Share of the squared singular values (of the squared Frobenius norm) in the `rank` largest: 1 less the relative squared
    /// error of the best approximation of that rank. 1 for a matrix of zeros.
    public func explainedShare(rank: Int) -> Double {
        Self.share(of: singularValues.map { $0 * $0 }, rank: rank)
    }

    /// Share of the sum of singular values (the nuclear norm) in the `rank` largest; a stricter reading of "explained".
    public func nuclearShare(rank: Int) -> Double {
        Self.share(of: singularValues, rank: rank)
    }

    private static func share(of values: [Double], rank: Int) -> Double {
        let total = values.reduce(0, +)
        return total > 0 ? values.prefix(max(0, rank)).reduce(0, +) / total : 1
    }

    private static func shares(in values: SquareMatrix<Double>, factor: Double) -> Shares {
        let count = values.count
        var held = 0
        var heldSets = 0
        for a in 0..<count {
            for b in (a + 1)..<max(a + 1, count) {
                for c in (b + 1)..<max(b + 1, count) {
                    let (ab, bc, ac) = (values[a, b], values[b, c], values[a, c])
                    var holds = Self.holds(ac, factor * (ab + bc)) ? 1 : 0
                    holds += Self.holds(ab, factor * (ac + bc)) ? 1 : 0
                    holds += Self.holds(bc, factor * (ab + ac)) ? 1 : 0
                    held += 2 * holds
                    heldSets += holds == 3 ? 1 : 0
                }
            }
        }
        let distinct = count * (count - 1) * (count - 2)
        let all = count * count * count
        return Shares(
            all: Double(held + all - distinct) / Double(all),
            distinct: distinct > 0 ? Double(held) / Double(distinct) : nil,
            sets: distinct > 0 ? Double(heldSets) / Double(distinct / 6) : nil
        )
    }

    /// Whether side ≤ bound, but for rounding: .1 + .2 is not to fall short of .3.
    private static func holds(_ side: Double, _ bound: Double) -> Bool {
        side <= bound + 1e-9 * bound
    }
}
