import Numerics
import Torch

/// Finds rows whose inputs occur twice: within a split or in two splits, all modalities or one of
/// them, and also if they differ by rounding.
enum RepetitionScan {
    /// The number of values from which equal ones are not a coincidence.
    private static let fewest = 8

    static func repetitions(in dataset: Dataset) throws -> [DatasetSummary.Repetition] {
        let splits = Split.allCases.flatMap { Array(repeating: $0, count: dataset.rows(of: $0).count) }
        let names = dataset.description.modalities.keys.sorted()
        let equal = try names.map { try EqualRows(of: $0, in: dataset) }
        let whole = splits.indices.map { row in equal.map { $0.firsts[row] } }
        var result = counts(Self.firsts(whole), splits, modality: nil)
        guard names.count > 1 else { return result }
        let repeated = Self.firsts(whole)
        for (index, name) in names.enumerated() {
            // Rows that are repeated as a whole are counted once, above. The few values of a short
            // table, and values of which most occur often, are no copies.
            guard dataset.description.modalities[name].map({ $0.elements >= fewest }) ?? false else { continue }
            let own = equal[index].firsts
            let isPresent = equal[index].isPresent
            guard Set(own).count * 2 > own.count else { continue }
            let partly = own.indices.map { repeated[$0] == $0 && isPresent[$0] ? own[$0] : $0 }
            result += counts(partly, splits, modality: name)
        }
        return result
    }

    /// Returns for each row the first row with an equal key.
    private static func firsts(_ keys: [[Int]]) -> [Int] {
        var first: [[Int]: Int] = [:]
        return keys.enumerated().map { row, key in
            if let earlier = first[key] { return earlier }
            first[key] = row
            return row
        }
    }

    /// Counts the rows with an equal row before them, by their splits.
    private static func counts(
        _ firsts: [Int], _ splits: [Split], modality: String?
    ) -> [DatasetSummary.Repetition] {
        // A row may have an equal one in each earlier split, and one before it in its own.
        var members: [Int: Set<Split>] = [:]
        var rows: [[Split]: Int] = [:]
        for (row, first) in firsts.enumerated() {
            for earlier in members[first] ?? [] { rows[[splits[row], earlier], default: 0] += 1 }
            members[first, default: []].insert(splits[row])
        }
        return Split.allCases.flatMap { split in
            Split.allCases.compactMap { earlier in
                rows[[split, earlier]].map {
                    DatasetSummary.Repetition(modality: modality, split: split, earlier: earlier, rows: $0)
                }
            }
        }
    }
}
