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
        let negligible = (a.joined().map { abs($0) }.max() ?? 0) * 1e-15
        for _ in 0..<60 {
            var isDiagonal = true
            for p in 0..<count {
                for q in (p + 1)..<max(p + 1, count) where abs(a[p][q]) > negligible {
                    isDiagonal = false
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let cosine = 1 / (tangent * tangent + 1).squareRoot()
                    let sine = tangent * cosine
                    for k in 0..<count where k != p && k != q {
                        let (kp, kq) = (a[k][p], a[k][q])
                        (a[k][p], a[k][q]) = (cosine * kp - sine * kq, sine * kp + cosine * kq)
                        (a[p][k], a[q][k]) = (a[k][p], a[k][q])
                    }
                    let shift = tangent * a[p][q]
                    a[p][p] -= shift
                    a[q][q] += shift
                    (a[p][q], a[q][p]) = (0, 0)
                    for k in 0..<count {
                        let (kp, kq) = (v[k][p], v[k][q])
                        (v[k][p], v[k][q]) = (cosine * kp - sine * kq, sine * kp + cosine * kq)
                    }
                }
            }
            if isDiagonal { break }
        }
        let order = (0..<count).sorted { a[$0][$0] > a[$1][$1] }
        values = order.map { a[$0][$0] }
        vectors = order.map { column in v.map { $0[column] } }
    }
}
