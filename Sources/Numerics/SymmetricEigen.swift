/// The eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi rotations.
///
/// Each sweep takes O(n³) operations; about ten sweeps are needed.
public struct SymmetricEigen {
    /// The eigenvalues, largest first.
    public let values: [Double]
    /// The unit eigenvectors, one per row, in the order of ``values``.
    public let vectors: [[Double]]

    /// Decomposes a symmetric matrix.
    ///
    /// - Parameter matrix: The rows of the matrix, `[n, n]`.
    public init(_ matrix: [[Double]]) {
        var a = matrix
        let count = matrix.count
        var v = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0.0 } }
        for _ in 0..<60 {
            var isDiagonal = true
            for p in 0..<count {
                for q in p + 1..<max(p + 1, count) {
                    let scale = (abs(a[p][p]) * abs(a[q][q])).squareRoot()
                    guard abs(a[p][q]) > 1e-15 * scale, abs(a[p][q]) > 1e-300 else { continue }
                    isDiagonal = false
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<count {
                        let (x, y) = (a[k][p], a[k][q])
                        a[k][p] = c * x - s * y
                        a[k][q] = s * x + c * y
                    }
                    for k in 0..<count {
                        let (x, y) = (a[p][k], a[q][k])
                        a[p][k] = c * x - s * y
                        a[q][k] = s * x + c * y
                        let (z, w) = (v[p][k], v[q][k])
                        v[p][k] = c * z - s * w
                        v[q][k] = s * z + c * w
                    }
                }
            }
            if isDiagonal { break }
        }
        let order = (0..<count).sorted { a[$0][$0] > a[$1][$1] }
        values = order.map { a[$0][$0] }
        vectors = order.map { v[$0] }
    }
}
