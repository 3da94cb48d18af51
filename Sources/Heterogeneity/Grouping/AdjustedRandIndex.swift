extension Grouping {
    /// Returns the adjusted Rand index with another partition of the same entries; `nil` if the
    /// entries differ.
    ///
    /// It is 1 for equal partitions and 0 on average for independent ones. It is defined as 1 if
    /// both partitions have a single group, and if both have only groups of one entry.
    ///
    /// Source: Hubert and Arabie, 1985.
    public func adjustedRandIndex(with other: Grouping) -> Double? {
        guard names == other.names else { return nil }
        func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }
        var table: [EntryLabels: Int] = [:]
        for (left, right) in zip(labels, other.labels) { table[EntryLabels(left, right), default: 0] += 1 }
        let together = table.values.reduce(0) { $0 + pairs($1) }
        let left = groups.reduce(0) { $0 + pairs($1.count) }
        let right = other.groups.reduce(0) { $0 + pairs($1.count) }
        let all = pairs(names.count)
        guard all > 0 else { return 1 }
        let expected = left * right / all
        let largest = (left + right) / 2
        return largest == expected ? 1 : (together - expected) / (largest - expected)
    }
}

/// The labels of one entry in two partitions.
private struct EntryLabels: Hashable {
    var left: Int
    var right: Int

    init(_ left: Int, _ right: Int) {
        self.left = left
        self.right = right
    }
}
