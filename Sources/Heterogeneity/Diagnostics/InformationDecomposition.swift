import Foundation

/// How the information of two inputs about a target divides: what both say, what only one says, and what only both
/// together say. In bits.
///
/// Source: the decomposition of Bertschinger, Rauh, Olbrich, Jost and Ay (Entropy 2014): the unique information of X1 is the
/// smallest I_q(X1; Y | X2) over all joint distributions q with the given distributions of (X1, Y) and (X2, Y).
public struct InformationDecomposition: Codable, Equatable, Sendable {
    /// What either input says alone.
    public var redundant: Double
    /// What only the first says.
    public var uniqueFirst: Double
    /// What only the second says.
    public var uniqueSecond: Double
    /// What neither says without the other.
    public var synergistic: Double

    /// Divides known informations.
    ///
    /// - Parameters:
    ///   - first: bits about the target in the first input.
    ///   - second: bits in the second.
    ///   - both: bits in both together.
    ///   - sharedShare: which share of the smaller of the first two is redundant, 0…1.
    public init(first: Double, second: Double, both: Double, sharedShare: Double) {
        let (first, second) = (max(0, first), max(0, second))
        redundant = min(max(sharedShare, 0), 1) * min(first, second)
        uniqueFirst = first - redundant
        uniqueSecond = second - redundant
        synergistic = max(0, both - redundant - uniqueFirst - uniqueSecond)
    }

    /// Divides the information of two discrete inputs, given how often each goes with each target.
    ///
    /// The smallest I_q(X1, X2; Y) is found by alternating projections: for each target the joint distribution of both inputs
    /// is the one with its marginals that is nearest to the mixture over targets.
    ///
    /// - Parameters:
    ///   - first: target → counts of the values of the first input.
    ///   - second: target → counts of the values of the second.
    /// - Returns: the informations of both inputs and the redundant bits.
    static func marginals(
        first: [[Double]], second: [[Double]]
    ) -> (first: Double, second: Double, redundant: Double) {
        let total = first.joined().reduce(0, +)
        guard total > 0, first.count == second.count else { return (0, 0, 0) }
        let targets = first.indices.filter { first[$0].reduce(0, +) > 0 && second[$0].reduce(0, +) > 0 }
        let shares = targets.map { first[$0].reduce(0, +) / total }
        let rows = targets.map { normalised(first[$0]) }
        let columns = targets.map { normalised(second[$0]) }
        let (width, height) = (columns.first?.count ?? 0, rows.first?.count ?? 0)
        // Independent given the target: a start that gives no combination zero that could have more.
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
        let own = information(shares, rows, mix(shares, rows))
        let other = information(shares, columns, mix(shares, columns))
        return (own, other, max(0, min(own + other - least, min(own, other))))
    }

    private static func normalised(_ counts: [Double]) -> [Double] {
        let sum = counts.reduce(0, +)
        return counts.map { sum > 0 ? $0 / sum : 0 }
    }

    private static func mix(_ shares: [Double], _ parts: [[Double]]) -> [Double] {
        (parts.first ?? []).indices.map { index in zip(shares, parts).reduce(0) { $0 + $1.0 * $1.1[index] } }
    }

    /// I = Σ p(y) KL(part(y) ‖ mixture), in bits.
    private static func information(_ shares: [Double], _ parts: [[Double]], _ mixture: [Double]) -> Double {
        zip(shares, parts).reduce(0) { sum, entry in
            let divergence = zip(entry.1, mixture).reduce(0) {
                $1.0 > 0 && $1.1 > 0 ? $0 + $1.0 * log2($1.0 / $1.1) : $0
            }
            return sum + entry.0 * divergence
        }
    }

    /// The table with the given row and column sums that is nearest to another (Sinkhorn's scaling).
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
