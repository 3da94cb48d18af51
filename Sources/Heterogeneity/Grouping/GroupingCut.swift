/// A cut through a dendrogram, which defines groups.
public enum GroupingCut: Sendable, Equatable {
    /// A cut into a given number of groups.
    case groups(Int)
    /// A cut at a distance: clusters merged at or below it stay merged.
    case threshold(Double)
    /// A cut into as many groups as fit a budget: `base` + groups · `perGroup` ≤ `total`.
    ///
    /// All three are in parameters, or all in bytes. `perGroup` is the cost of one copy of the
    /// shared block, `base` the cost of the model without any copy.
    case budget(total: Int, perGroup: Int, base: Int)

    /// Returns the number of groups for `count` entries; `nil` for a threshold.
    ///
    /// The number is at least 1. For a budget it is at most `count`.
    ///
    /// - Throws: ``MatrixError`` for a number of groups out of range, and for a budget that does
    ///   not hold one group.
    public func groupCount(of count: Int) throws -> Int? {
        switch self {
        case .threshold: return nil
        case .groups(let groups):
            guard (1...max(1, count)).contains(groups) else {
                throw MatrixError(
                    place: "groups", problem: .outOfRange("\(groups), expected 1 to \(count), the number of entries"))
            }
            return groups
        case .budget(let total, let perGroup, let base):
            guard perGroup > 0, base >= 0, total >= 0 else {
                throw MatrixError(
                    place: "budget",
                    problem: .outOfRange(
                        "total \(total), \(perGroup) per group, base \(base), expected no negative number and more than 0 "
                            + "per group"))
            }
            // Both are nonnegative, so the difference cannot overflow.
            let groups = (total - base) / perGroup
            guard total >= base, groups >= 1 else {
                throw MatrixError(
                    place: "budget",
                    problem: .outOfRange("\(total), expected room for one group of \(perGroup) plus the base \(base)"))
            }
            return min(groups, count)
        }
    }
}
