extension Grouping {
    /// Agreement of two divisions of the same entries: 1 if equal, 0 on average if unrelated (Hubert and Arabie, 1985).
    ///
    /// Where both put all entries into one group, or each into its own, there is nothing to disagree about, and it is 1.
    ///
    /// - Returns: Nil if the entries differ.
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

private struct EntryLabels: Hashable {
    var left: Int
    var right: Int

    init(_ left: Int, _ right: Int) {
        self.left = left
        self.right = right
    }
}
