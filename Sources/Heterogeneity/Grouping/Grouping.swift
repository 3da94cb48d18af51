/// A division of named entries into groups, each entry in one.
///
/// Groups are numbered from 0 by their first entry, so that equal divisions are equal values. As JSON it is an object with the
/// keys `names` and `groups`, an array of arrays of names.
public struct Grouping: Sendable, Equatable, Hashable {
    /// Names of the entries.
    public let names: [String]
    /// Number of each entry's group.
    public let labels: [Int]

    /// A division by labels: entries with equal labels form a group.
    ///
    /// - Parameters:
    ///   - names: Names of the entries.
    ///   - labels: Any number for each; the longer of the two lists is cut to the length of the other.
    public init(names: [String], labels: [Int]) {
        let count = min(names.count, labels.count)
        self.names = Array(names.prefix(count))
        var numbers: [Int: Int] = [:]
        self.labels = labels.prefix(count).map { label in
            if let number = numbers[label] { return number }
            numbers[label] = numbers.count
            return numbers.count - 1
        }
    }

    /// Number of groups.
    public var groupCount: Int { (labels.max() ?? -1) + 1 }

    /// Positions of each group's entries, ascending.
    public var groups: [[Int]] {
        var groups = Array(repeating: [Int](), count: groupCount)
        for (entry, label) in labels.enumerated() { groups[label].append(entry) }
        return groups
    }

    /// Names of each group's entries.
    public var groupNames: [[String]] { groups.map { $0.map { names[$0] } } }

    /// Sum of the distances of all pairs that share a group: what sharing gives up, in the matrix's units. Nil if the entries are
    /// not the matrix's.
    public func withinGroupHeterogeneity(in matrix: HeterogeneityMatrix) -> Double? {
        guard names == matrix.names else { return nil }
        return EntryPair.all(of: names.count)
            .filter { labels[$0.first] == labels[$0.second] }
            .reduce(0) { $0 + matrix[$1.first, $1.second] }
    }
}

extension Grouping: Codable {
    private enum CodingKeys: String, CodingKey {
        case names, groups
    }

    /// Reads `names` and `groups`.
    ///
    /// - Throws: ``MatrixError`` unless every name is in one group and every group holds only names.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let names = try container.decode([String].self, forKey: .names)
        var labels: [String: Int] = [:]
        for (label, group) in try container.decode([[String]].self, forKey: .groups).enumerated() {
            for name in group where labels.updateValue(label, forKey: name) != nil {
                throw MatrixError(place: "groups", problem: .duplicateName(name))
            }
        }
        guard Set(names).count == names.count, Set(names) == Set(labels.keys) else {
            throw MatrixError(place: "groups", problem: .malformed("the groups do not hold each name once"))
        }
        self.init(names: names, labels: names.compactMap { labels[$0] })
    }

    /// Writes `names` and `groups`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(names, forKey: .names)
        try container.encode(groupNames, forKey: .groups)
    }
}
