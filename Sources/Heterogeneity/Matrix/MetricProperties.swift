import Numerics

/// Measures of how close a heterogeneity matrix is to a metric and to low rank.
public struct MetricProperties: Sendable, Equatable, Codable {
    /// The shares of triples that satisfy an inequality, for three ways of counting triples.
    public struct Shares: Sendable, Equatable, Codable {
        /// The share over all n³ ordered triples.
        public let all: Double
        /// The share over ordered triples of distinct entries; `nil` with fewer than three entries.
        public let distinct: Double?
        /// The share over sets of three entries; `nil` with fewer than three entries.
        public let sets: Double?
    }

    /// The shares of triples with d(x, z) ≤ d(x, y) + d(y, z).
    public let triangle: Shares
    /// The shares of triples with d(x, z) ≤ c · (d(x, y) + d(y, z)).
    public let relaxedTriangle: Shares
    /// The constant c of the relaxed inequality.
    public let relaxation: Double
    /// The singular values of the matrix with its zero diagonal, in descending order.
    public let singularValues: [Double]

    /// Computes the properties of a matrix in O(n³).
    ///
    /// - Parameters:
    ///   - matrix: Distances of n entries.
    ///   - relaxation: The constant c ≥ 1 of the relaxed inequality; the paper uses 5.
    public init(of matrix: HeterogeneityMatrix, relaxation: Double = 5) {
        self.relaxation = relaxation
        triangle = Self.shares(in: matrix.values, factor: 1)
        relaxedTriangle = Self.shares(in: matrix.values, factor: relaxation)
        singularValues = SymmetricEigen(matrix.values.rows).values.map { abs($0) }.sorted(by: >)
    }

    /// Returns the share of the sum of squared singular values (the squared Frobenius norm) in the
    /// `rank` largest; 1 for a matrix of zeros.
    ///
    /// This is 1 minus the relative squared error of the best approximation of that rank.
    public func explainedShare(rank: Int) -> Double {
        Self.share(of: singularValues.map { $0 * $0 }, rank: rank)
    }

    /// Returns the share of the sum of singular values (the nuclear norm) in the `rank` largest; 1
    /// for a matrix of zeros.
    ///
    /// It is a stricter measure of explained rank than ``explainedShare(rank:)``.
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
            sets: distinct > 0 ? Double(heldSets) / Double(distinct / 6) : nil)
    }

    /// Returns true if side ≤ bound up to rounding, so that 0.3 ≤ 0.1 + 0.2 holds.
    private static func holds(_ side: Double, _ bound: Double) -> Bool {
        side <= bound + 1e-9 * bound
    }
}
