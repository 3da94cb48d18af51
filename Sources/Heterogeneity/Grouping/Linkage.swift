/// How far two groups are apart, given the distances of their members.
public enum Linkage: String, Sendable, Codable, CaseIterable {
    /// The smallest distance between a member of one and a member of the other.
    case single
    /// The largest such distance.
    case complete
    /// The mean of all such distances (UPGMA).
    case average
    /// The growth of the within-group variance, as a distance. It is exact for Euclidean distances and a rule of thumb for others,
    /// heterogeneity included.
    case ward

    /// Distance of a group k to the union of groups i and j (Lance–Williams recurrence; Ward's on squares).
    ///
    /// - Parameters:
    ///   - ki: Distance of k to i.
    ///   - kj: Distance of k to j.
    ///   - ij: Distance of i to j.
    ///   - sizes: Numbers of members of i, j and k.
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
