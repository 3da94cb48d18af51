import Foundation

/// The redundant, unique and synergistic information of two inputs about a target, in bits.
///
/// The unique information of X1 is the minimum of I_q(X1; Y | X2) over all joint distributions q
/// with the given distributions of (X1, Y) and (X2, Y). Source: Bertschinger, Rauh, Olbrich, Jost
/// and Ay, Entropy 2014.
public struct InformationDecomposition: Codable, Equatable, Sendable {
    /// The information available from either input alone.
    public var redundant: Double
    /// The information available from the first input only.
    public var uniqueFirst: Double
    /// The information available from the second input only.
    public var uniqueSecond: Double
    /// The information available from both inputs together, but from neither alone.
    public var synergistic: Double

    /// Creates a decomposition from known amounts of information.
    ///
    /// Negative amounts count as zero.
    ///
    /// - Parameters:
    ///   - first: Bits about the target in the first input.
    ///   - second: Bits about the target in the second input.
    ///   - both: Bits about the target in both inputs together.
    ///   - sharedShare: The redundant share of the smaller of `first` and `second`, 0…1.
    public init(first: Double, second: Double, both: Double, sharedShare: Double) {
        let (first, second) = (max(0, first), max(0, second))
        redundant = min(max(sharedShare, 0), 1) * min(first, second)
        uniqueFirst = first - redundant
        uniqueSecond = second - redundant
        synergistic = max(0, both - redundant - uniqueFirst - uniqueSecond)
    }

    /// Returns the information of two discrete inputs and its redundant part, from counts.
    ///
    /// The minimum of I_q(X1, X2; Y) is found by alternating projections. For each target, the
    /// joint distribution of both inputs becomes the one that has the target's marginals and is
    /// closest to the mixture over targets.
    ///
    /// - Parameters:
    ///   - first: Counts `[target, value]` of the first input.
    ///   - second: Counts `[target, value]` of the second input.
    /// - Returns: The bits in the first input, those in the second, and the redundant bits.
    static func marginals(first: [[Double]], second: [[Double]]) -> (first: Double, second: Double, redundant: Double) {
        let total = first.joined().reduce(0, +)
        guard total > 0, first.count == second.count else { return (0, 0, 0) }
        let targets = first.indices.filter { first[$0].reduce(0, +) > 0 && second[$0].reduce(0, +) > 0 }
        let shares = targets.map { first[$0].reduce(0, +) / total }
        let rows = targets.map { normalised(first[$0]) }
        let columns = targets.map { normalised(second[$0]) }
        let (width, height) = (columns.first?.count ?? 0, rows.first?.count ?? 0)
        // Start with independence given the target, so that every possible combination is positive.
        var joint = targets.indices.map { target in
            rows[target].flatMap { row in columns[target].map { row * $0 } }
        }
        var mixture: [Double] = []
        for _ in 0..<300 {
            mixture = (0..<(width * height)).map { cell in
                zip(shares, joint).reduce(0) { $0 + $1.0 * $1.1[cell] }
            }
            for target in targets.indices {
                joint[target] = projected(mixture, rows: rows[target], columns: columns[target])
            }
        }
        mixture = (0..<(width * height)).map { cell in zip(shares, joint).reduce(0) { $0 + $1.0 * $1.1[cell] } }
        let least = information(shares, joint, mixture)
        let ofFirst = information(shares, rows, mix(shares, rows))
        let ofSecond = information(shares, columns, mix(shares, columns))
        return (ofFirst, ofSecond, max(0, min(ofFirst + ofSecond - least, min(ofFirst, ofSecond))))
    }

    private static func normalised(_ counts: [Double]) -> [Double] {
        let sum = counts.reduce(0, +)
        return counts.map { sum > 0 ? $0 / sum : 0 }
    }

    private static func mix(_ shares: [Double], _ parts: [[Double]]) -> [Double] {
        (parts.first ?? []).indices.map { index in zip(shares, parts).reduce(0) { $0 + $1.0 * $1.1[index] } }
    }

    /// Returns the mutual information Σ p(y) KL(part(y) ‖ mixture) in bits.
    private static func information(_ shares: [Double], _ parts: [[Double]], _ mixture: [Double]) -> Double {
        zip(shares, parts).reduce(0) { sum, entry in
            let divergence = zip(entry.1, mixture).reduce(0) {
                $1.0 > 0 && $1.1 > 0 ? $0 + $1.0 * log2($1.0 / $1.1) : $0
            }
            return sum + entry.0 * divergence
        }
    }

    /// Returns the table with the given row and column sums that is closest to another one in KL
    /// divergence, by Sinkhorn scaling.
    private static func projected(_ table: [Double], rows: [Double], columns: [Double]) -> [Double] {
        var table = table
        let width = columns.count
        for _ in 0..<30 {
            for (row, wanted) in rows.enumerated() {
                let range = (row * width)..<((row + 1) * width)
                let sum = table[range].reduce(0, +)
                for cell in range { table[cell] *= sum > 0 ? wanted / sum : 0 }
            }
            for (column, wanted) in columns.enumerated() {
                let cells = stride(from: column, to: table.count, by: width)
                let sum = cells.reduce(0) { $0 + table[$1] }
                for cell in cells { table[cell] *= sum > 0 ? wanted / sum : 0 }
            }
        }
        return table
    }
}
