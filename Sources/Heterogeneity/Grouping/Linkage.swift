/// A definition of the distance between two clusters in agglomerative clustering.
public enum Linkage: String, Sendable, Codable, CaseIterable {
    /// The minimum distance between members of both clusters.
    case single
    /// The maximum distance between members of both clusters.
    case complete
    /// The mean distance between members of both clusters (UPGMA).
    case average
    /// Ward's method, which minimises the increase of the within-cluster variance.
    ///
    /// It is exact for Euclidean distances and heuristic for others, including heterogeneity.
    case ward

    /// Returns the distance of cluster k to the union of clusters i and j by the Lance–Williams
    /// recurrence, applied to squared distances for Ward's method.
    ///
    /// - Parameters:
    ///   - ki: Distance of k to i.
    ///   - kj: Distance of k to j.
    ///   - ij: Distance of i to j.
    ///   - sizes: Sizes of i, j and k.
    func distance(ki: Double, kj: Double, ij: Double, sizes: (i: Int, j: Int, k: Int)) -> Double {
        switch self {
        case .single: return min(ki, kj)
        case .complete: return max(ki, kj)
        case .average:
            let (i, j) = (Double(sizes.i), Double(sizes.j))
            return (i * ki + j * kj) / (i + j)
        case .ward:
            let (i, j, k) = (Double(sizes.i), Double(sizes.j), Double(sizes.k))
            let square = ((i + k) * ki * ki + (j + k) * kj * kj - k * ij * ij) / (i + j + k)
            return max(0, square).squareRoot()
        }
    }
}
