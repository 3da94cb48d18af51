/// Where a dendrogram is cut into groups.
public enum GroupingCut: Sendable, Equatable {
    /// Into exactly so many groups.
    case groups(Int)
    /// So that what was joined at no more than this distance stays joined.
    case threshold(Double)
    /// Into as many groups as a budget holds: `base` + groups · `perGroup` ≤ `total`, all in parameters or all in bytes.
    /// `perGroup` is what one more copy of the shared block costs, `base` what the model costs without any.
    case budget(total: Int, perGroup: Int, base: Int)

    /// The number of groups that the cut asks of `count` entries: at least 1 and, for a budget, at most `count`; nil for a threshold.
    ///
    /// - Throws: ``MatrixError`` if that is not possible.
    public func groupCount(of count: Int) throws -> Int? {
        switch self {
        case .threshold: return nil
        case .groups(let groups):
            guard (1...max(1, count)).contains(groups) else {
                throw MatrixError(
                    place: "groups",
                    problem: .outOfRange("\(groups), expected 1 to \(count), the number of entries")
                )
            }
            return groups
        case .budget(let total, let perGroup, let base):
            guard perGroup > 0, base >= 0, total >= 0 else {
                throw MatrixError(
                    place: "budget",
                    problem: .outOfRange(
                        "\(total) in all, \(perGroup) per group, \(base) besides, expected none negative and a group above 0"
                    )
                )
            }
            // Neither is negative, so the difference cannot overflow.
            let groups = (total - base) / perGroup
            guard total >= base, groups >= 1 else {
                throw MatrixError(
                    place: "budget",
                    problem: .outOfRange("\(total) does not hold one group of \(perGroup) besides \(base)")
                )
            }
            return min(groups, count)
        }
    }
}
