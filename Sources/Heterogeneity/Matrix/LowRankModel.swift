import Numerics

/// A low-rank model of a symmetric matrix, fitted to its known elements.
///
/// It is fitted to the square roots of distances, which have fewer extreme values. The element-wise
/// square of a low-rank matrix again has low rank.
public enum LowRankModel: String, Sendable, Codable, CaseIterable {
    /// aᵢ + aⱼ off the diagonal, of rank 2: each entry has its own distance to all others.
    case additive
    /// aᵢ + aⱼ ± uᵢuⱼ off the diagonal, of rank 3: additive, with two clusters of entries.
    case additiveAndRankOne
    /// The best rank-1 fit, with a zero diagonal.
    case rankOne
    /// The best rank-2 fit, with a zero diagonal.
    case rankTwo
    /// The best rank-3 fit, with a zero diagonal.
    case rankThree

    /// The rank of the fitted matrix.
    public var rank: Int {
        switch self {
        case .rankOne: 1
        case .additive, .rankTwo: 2
        case .additiveAndRankOne, .rankThree: 3
        }
    }

    /// Fits the model.
    ///
    /// - Parameters:
    ///   - known: Known off-diagonal elements, ascending.
    ///   - count: Number of rows.
    ///   - ridge: Weight of the penalty on the squared norm of the factors, relative to the root
    ///     mean square of the elements.
    ///   - random: Generator of the starting points.
    /// - Returns: All elements `[count, count]`; the diagonal is meaningless.
    func fit(
        _ known: [(pair: EntryPair, value: Double)], count: Int, ridge: Double, random: inout SplitMix64
    ) -> SquareMatrix<Double> {
        let squares = known.reduce(0) { $0 + $1.value * $1.value }
        guard squares > 0 else { return SquareMatrix(count: count, repeating: 0) }
        let scale = (squares / Double(known.count)).squareRoot()
        switch self {
        case .additive:
            let sums = AdditiveFit(known, count: count, ridge: ridge)
            return sums.matrix
        case .additiveAndRankOne:
            return Self.fitAdditiveAndRankOne(known, count: count, ridge: ridge, scale: scale, random: &random)
        case .rankOne, .rankTwo, .rankThree:
            return Self.fitFactors(known, count: count, rank: rank, ridge: ridge, scale: scale, random: &random)
        }
    }

    private static func fitAdditiveAndRankOne(
        _ known: [(pair: EntryPair, value: Double)], count: Int, ridge: Double, scale: Double, random: inout SplitMix64
    ) -> SquareMatrix<Double> {
        var neighbours = Array(repeating: [(other: Int, index: Int)](), count: count)
        for (index, element) in known.enumerated() {
            neighbours[element.pair.first].append((element.pair.second, index))
            neighbours[element.pair.second].append((element.pair.first, index))
        }
        var best = SquareMatrix(count: count, repeating: 0.0)
        var bestObjective = Double.infinity
        for start in 0..<4 {
            let sign = start.isMultiple(of: 2) ? 1.0 : -1.0
            var factor = (0..<count).map { _ in random.normal() * 0.3 * scale.squareRoot() }
            var sums = AdditiveFit(known, count: count, ridge: ridge)
            for _ in 0..<60 {
                for i in 0..<count {
                    var product = 0.0
                    var square = ridge * scale
                    for (other, index) in neighbours[i] {
                        let rest = known[index].value - sums.parts[i] - sums.parts[other]
                        product += factor[other] * sign * rest
                        square += factor[other] * factor[other]
                    }
                    factor[i] = square > 0 ? product / square : 0
                }
                let remaining = known.map {
                    ($0.pair, $0.value - sign * factor[$0.pair.first] * factor[$0.pair.second])
                }
                sums.refine(remaining, sweeps: 4)
            }
            var matrix = sums.matrix
            for pair in EntryPair.all(of: count) {
                let value = matrix[pair.first, pair.second] + sign * factor[pair.first] * factor[pair.second]
                (matrix[pair.first, pair.second], matrix[pair.second, pair.first]) = (value, value)
            }
            var objective = ridge * scale * factor.reduce(0) { $0 + $1 * $1 }
            for element in known {
                let error = element.value - matrix[element.pair.first, element.pair.second]
                objective += error * error
            }
            if objective < bestObjective { (best, bestObjective) = (matrix, objective) }
        }
        return best
    }

    /// Fits two factors by alternating least squares, and symmetrises their product.
    private static func fitFactors(
        _ known: [(pair: EntryPair, value: Double)], count: Int, rank: Int, ridge: Double, scale: Double,
        random: inout SplitMix64
    ) -> SquareMatrix<Double> {
        var elements = (0..<count).map { [(other: $0, value: 0.0)] }
        for element in known {
            elements[element.pair.first].append((element.pair.second, element.value))
            elements[element.pair.second].append((element.pair.first, element.value))
        }
        let penalty = max(ridge, 1e-6) * scale
        func solve(against fixed: [[Double]]) -> [[Double]] {
            elements.map { row in
                var system = (0..<rank).map { r in
                    (0..<rank).map { $0 == r ? penalty : 0 } + [0]
                }
                for (other, value) in row {
                    let factor = fixed[other]
                    for r in 0..<rank {
                        for s in 0..<rank { system[r][s] += factor[r] * factor[s] }
                        system[r][rank] += factor[r] * value
                    }
                }
                return solvePositiveDefinite(system)
            }
        }
        func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }

        var best = SquareMatrix(count: count, repeating: 0.0)
        var bestObjective = Double.infinity
        for _ in 0..<3 {
            func start() -> [[Double]] {
                (0..<count).map { _ in (0..<rank).map { _ in random.normal() * scale.squareRoot() } }
            }
            var (left, right) = (start(), start())
            for _ in 0..<60 {
                left = solve(against: right)
                right = solve(against: left)
            }
            var objective = penalty * (left + right).joined().reduce(0) { $0 + $1 * $1 }
            for (i, row) in elements.enumerated() {
                for (j, value) in row {
                    let error = value - dot(left[i], right[j])
                    objective += error * error
                }
            }
            guard objective < bestObjective else { continue }
            bestObjective = objective
            for pair in EntryPair.all(of: count) {
                let (i, j) = (pair.first, pair.second)
                let value = (dot(left[i], right[j]) + dot(left[j], right[i])) / 2
                (best[i, j], best[j, i]) = (value, value)
            }
        }
        return best
    }
}

/// A ridge fit of sums aᵢ + aⱼ to known elements, with each aᵢ shrunk towards half the elements'
/// mean.
private struct AdditiveFit {
    private(set) var parts: [Double]
    private let ridge: Double

    init(_ known: [(pair: EntryPair, value: Double)], count: Int, ridge: Double) {
        let mean = known.reduce(0) { $0 + $1.value } / Double(max(1, known.count))
        parts = Array(repeating: mean / 2, count: count)
        self.ridge = max(ridge, 1e-6)
        refine(known.map { ($0.pair, $0.value) }, sweeps: 300)
    }

    /// Runs Gauss–Seidel sweeps over the normal equations, which are positive definite.
    mutating func refine(_ known: [(EntryPair, Double)], sweeps: Int) {
        let half = known.reduce(0) { $0 + $1.1 } / Double(2 * max(1, known.count))
        var neighbours = Array(repeating: [(other: Int, value: Double)](), count: parts.count)
        for (pair, value) in known {
            neighbours[pair.first].append((pair.second, value))
            neighbours[pair.second].append((pair.first, value))
        }
        for _ in 0..<sweeps {
            for i in parts.indices {
                let rest = neighbours[i].reduce(ridge * half) { $0 + $1.value - parts[$1.other] }
                parts[i] = rest / (Double(neighbours[i].count) + ridge)
            }
        }
    }

    var matrix: SquareMatrix<Double> {
        var matrix = SquareMatrix(count: parts.count, repeating: 0.0)
        for pair in EntryPair.all(of: parts.count) {
            let sum = parts[pair.first] + parts[pair.second]
            (matrix[pair.first, pair.second], matrix[pair.second, pair.first]) = (sum, sum)
        }
        return matrix
    }
}

/// Solves a positive definite system by elimination without pivoting.
///
/// - Parameter system: The n rows, each with n coefficients and the right-hand side.
/// - Returns: The n unknowns.
private func solvePositiveDefinite(_ system: [[Double]]) -> [Double] {
    var rows = system
    let count = rows.count
    for pivot in 0..<count where rows[pivot][pivot] != 0 {
        for row in (pivot + 1)..<max(pivot + 1, count) {
            let ratio = rows[row][pivot] / rows[pivot][pivot]
            for column in pivot...count { rows[row][column] -= ratio * rows[pivot][column] }
        }
    }
    var solution = Array(repeating: 0.0, count: count)
    for row in (0..<count).reversed() where rows[row][row] != 0 {
        let known = ((row + 1)..<max(row + 1, count)).reduce(0) { $0 + rows[row][$1] * solution[$1] }
        solution[row] = (rows[row][count] - known) / rows[row][row]
    }
    return solution
}
