import Multimodal
import Numerics
import Torch

/// The assignment of the rows of the publishers' files to splits.
struct SplitRows {
    /// The rows of each split, ascending.
    let rows: [Split: [Int]]

    /// Creates an assignment from the rows of each split.
    init(_ rows: [Split: [Int]]) { self.rows = rows.mapValues { $0.sorted() } }

    /// Divides rows at random, with the same shares in each stratum.
    ///
    /// - Parameters:
    ///   - strata: The class, or combination of classes, of each row.
    ///   - copies: For each row, a number shared by rows that must stay in one split, such as
    ///     duplicates. Such rows belong to the stratum of the first of them. `nil` if all rows are
    ///     independent.
    ///   - valid: The share of each stratum for validation, rounded to whole rows.
    ///   - test: The share of each stratum for test, rounded to whole rows.
    ///   - seed: Seed of the random order.
    ///   - purpose: A name that makes the random order independent of other uses of the seed.
    init(strata: [Int], copies: [Int]? = nil, valid: Double, test: Double, seed: UInt64 = 0, purpose: String) {
        var random = RandomSource(seed: seed, purpose: "split/\(purpose)")
        var rows: [Split: [Int]] = [.train: [], .valid: [], .test: []]
        let units = Dictionary(grouping: strata.indices) { copies?[$0] ?? $0 }.sorted { $0.key < $1.key }.map(\.value)
        for stratum in Set(strata).sorted() {
            // Duplicates can be in several strata, for example when identical inputs have two
            // labels.
            let members = units.filter { strata[$0[0]] == stratum }
            let count = members.reduce(0) { $0 + $1.count }
            var room = [
                Split.valid: Int((Double(count) * valid).rounded()),
                Split.test: Int((Double(count) * test).rounded()),
            ]
            for unit in members.shuffled(using: &random) {
                let split = [Split.valid, .test].first { room[$0, default: 0] >= unit.count } ?? .train
                rows[split]?.append(contentsOf: unit)
                room[split]? -= unit.count
            }
        }
        self.init(rows)
    }

    /// Divides each stratum chronologically: the first rows are for training, the next for
    /// validation, the rest for test.
    ///
    /// - Parameters:
    ///   - strata: The class of each row.
    ///   - times: For each row, a number that increases with time. Rows of the same time keep the
    ///     files' order.
    ///   - train: The share of each stratum for training; its end is rounded to whole rows.
    ///   - valid: The share of each stratum for validation; its end is rounded to whole rows.
    init(strata: [Int], times: [Int], train: Double, valid: Double) {
        var rows: [Split: [Int]] = [.train: [], .valid: [], .test: []]
        for stratum in Set(strata).sorted() {
            let members = strata.indices.filter { strata[$0] == stratum }
                .sorted { (times[$0], $0) < (times[$1], $1) }
            let ends = [train, train + valid].map { Int((Double(members.count) * $0).rounded()) }
            rows[.train]?.append(contentsOf: members[..<ends[0]])
            rows[.valid]?.append(contentsOf: members[ends[0]..<ends[1]])
            rows[.test]?.append(contentsOf: members[ends[1]...])
        }
        self.init(rows)
    }

    /// Returns, for each row, the index of the first identical row.
    static func copies<Row: Hashable>(of rows: [Row]) -> [Int] {
        var first: [Row: Int] = [:]
        return rows.enumerated().map { index, row in
            if let copy = first[row] { return copy }
            first[row] = index
            return index
        }
    }

    /// The number of rows in each split.
    var counts: [Split: Int] { rows.mapValues(\.count) }

    /// Returns the publishers' row for a row of a split.
    func source(_ split: Split, _ row: Int) -> Int { rows[split, default: []][row] }
}
