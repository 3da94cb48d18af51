/// Eigenvalues of a symmetric matrix by cyclic Jacobi rotations, in no particular order.
///
/// Only symmetric input is meaningful; the upper triangle is trusted. The work grows with n³ per sweep, of which about ten do.
func symmetricEigenvalues(of matrix: SquareMatrix<Double>) -> [Double] {
    let count = matrix.count
    var a = matrix.rows
    let scale = a.joined().reduce(0) { max($0, abs($1)) }
    guard scale > 0 else { return Array(repeating: 0, count: count) }
    let negligible = scale * 1e-15

    for _ in 0..<60 {
        var rotated = false
        for p in 0..<count {
            for q in (p + 1)..<max(p + 1, count) where abs(a[p][q]) > negligible {
                rotated = true
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
            }
        }
        if !rotated { break }
    }
    return (0..<count).map { a[$0][$0] }
}
