/// A partition of named entries into groups.
///
/// Groups are numbered from 0 in the order of their first entries, so that equal partitions are
/// equal values. The JSON form is an object with the keys `names` and `groups`, an array of arrays
/// of names.
public struct Grouping: Sendable, Equatable, Hashable {
    /// The names of the entries.
    public let names: [String]
    /// The group number of each entry.
    public let labels: [Int]

    /// Creates a partition in which entries with equal labels form a group.
    ///
    /// - Parameters:
    ///   - names: Names of the entries.
    ///   - labels: Any number per entry. The longer of both arrays is truncated to the other's
    ///     length.
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

    /// The number of groups.
    public var groupCount: Int { (labels.max() ?? -1) + 1 }

    /// The positions of each group's entries, ascending.
    public var groups: [[Int]] {
        var groups = Array(repeating: [Int](), count: groupCount)
        for (entry, label) in labels.enumerated() { groups[label].append(entry) }
        return groups
    }

    /// The names of each group's entries.
    public var groupNames: [[String]] { groups.map { $0.map { names[$0] } } }

    /// Returns the sum of the distances of all pairs that share a group, in the matrix's units;
    /// `nil` if the entries are not those of the matrix.
    ///
    /// It measures the cost of sharing parameters within the groups.
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

    /// Decodes `names` and `groups`.
    ///
    /// - Throws: ``MatrixError`` unless every name is in exactly one group and the groups hold no
    ///   other names; `DecodingError` for other JSON.
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
            throw MatrixError(place: "groups", problem: .malformed("expected each of the names in exactly one group"))
        }
        self.init(names: names, labels: names.compactMap { labels[$0] })
    }

    /// Encodes `names` and `groups`.
    ///
    /// - Throws: An encoding error of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(names, forKey: .names)
        try container.encode(groupNames, forKey: .groups)
    }
}
