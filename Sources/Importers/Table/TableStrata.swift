import Multimodal

/// The strata and groups of a table's samples, by which they are divided.
struct TableStrata {
    /// The class of each sample, from 0 without gaps.
    let strata: [Int]
    /// The group of each sample; `nil` if the table has none.
    let groups: [Int]?
    /// Group name → number of each sample's member, from 0.
    let members: [String: [Int]]
    /// Group name → names of the members, by number.
    let names: [String: [String]]

    /// Reads the strata and the groups of some samples.
    ///
    /// - Throws: `ReaderError` that names a column that the table lacks, and for a group that is
    ///   missing.
    init(_ kept: [Int], of samples: TableSamples, _ description: TableDescription) throws {
        var members: [String: [Int]] = [:]
        var names: [String: [String]] = [:]
        for (name, column) in description.columns.sorted(by: { $0.key < $1.key }) where column.role == .group {
            let index = try samples.table.column(name)
            let texts = try kept.map { sample in
                guard let text = samples.text(sample, index) else {
                    throw samples.failure(sample, index, "missing, expected the group of the sample")
                }
                return CellText.name(text)
            }
            let sorted = NameOrder.sorted(Set(texts))
            let numbers = Dictionary(sorted.enumerated().map { ($1, $0) }) { first, _ in first }
            members[column.name ?? name] = texts.map { numbers[$0] ?? 0 }
            names[column.name ?? name] = sorted
        }
        self.members = members
        self.names = names
        groups = Self.joined(members.sorted { $0.key < $1.key }.map(\.value))
        strata = try Self.strata(kept, of: samples, description)
    }

    /// Joins the members of several groups that share samples: they must stay in one split.
    private static func joined(_ groups: [[Int]]) -> [Int]? {
        guard var result = groups.first else { return nil }
        for other in groups.dropFirst() {
            var changed = true
            while changed {
                let before = result
                for labels in [other, result] {
                    var smallest: [Int: Int] = [:]
                    for (label, value) in zip(labels, result) { smallest[label] = min(smallest[label] ?? value, value) }
                    result = zip(labels, result).map { smallest[$0] ?? $1 }
                }
                changed = before != result
            }
        }
        return result
    }

    /// Returns strata as numbers from 0, with those of one or two samples as one, if they are a
    /// tenth of all samples. Each alone would be for training, which would be left with nearly all.
    private static func withoutRareOnes(_ strata: [Int]) -> [Int] {
        let counts = strata.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        let rare = strata.count { counts[$0, default: 0] < 3 }
        guard rare * 10 > strata.count else { return TableSplits.dense(strata) }
        return TableSplits.dense(strata.map { counts[$0, default: 0] < 3 ? -1 : $0 })
    }

    private static func strata(
        _ kept: [Int], of samples: TableSamples, _ description: TableDescription
    ) throws -> [Int] {
        func first(_ role: ColumnRole) -> String? { description.columns.filter { $0.value.role == role }.keys.min() }
        let stated = description.splits?.stratify
        guard let name = stated ?? first(.classification) ?? first(.regression) else { return kept.map { _ in 0 } }
        let index = try samples.table.column(name)
        let texts = kept.map { samples.text($0, index).map(CellText.name) }
        let isNumber = [.regression, .number, .value].contains(description.columns[name]?.role ?? .category)
        guard isNumber else {
            let numbers = Dictionary(
                NameOrder.sorted(Set(texts.compactMap { $0 })).enumerated().map { ($1, $0 + 1) }
            ) { first, _ in first }
            return withoutRareOnes(texts.map { $0.flatMap { numbers[$0] } ?? 0 })
        }
        // Five classes of equally many numbers.
        let numbers = texts.map { $0.flatMap(samples.cells.number) ?? 0 }
        let sorted = numbers.sorted()
        let bounds = (1..<5).map { sorted[min(sorted.count - 1, sorted.count * $0 / 5)] }
        return TableSplits.dense(numbers.map { number in bounds.count { number >= $0 } })
    }
}
