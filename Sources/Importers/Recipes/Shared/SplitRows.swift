import Multimodal
import Numerics
import Torch

/// Which rows of the publishers' files go into which split.
struct SplitRows {
    /// Rows of each split, ascending.
    let rows: [Split: [Int]]

    init(_ rows: [Split: [Int]]) { self.rows = rows.mapValues { $0.sorted() } }

    /// Divides each stratum alike: the given parts of its rows, drawn at random, go to validation and test.
    ///
    /// - Parameters:
    ///   - strata: for each row, the class (or combination of classes) within which to divide.
    ///   - copies: for each row, a number that rows share when they must not be in different splits, such as copies of
    ///     one another; they go with the stratum of the first of them. Absent where every row stands alone.
    ///   - valid: part of each stratum for validation, rounded to whole rows.
    ///   - test: part of each stratum for test, rounded to whole rows.
    init(
        strata: [Int],
        copies: [Int]? = nil,
        valid: Double,
        test: Double,
        seed: UInt64 = 0,
        purpose: String
    ) {
        var random = RandomSource(seed: seed, purpose: "split/\(purpose)")
        var rows: [Split: [Int]] = [.train: [], .valid: [], .test: []]
        let units = Dictionary(grouping: strata.indices) { copies?[$0] ?? $0 }.sorted { $0.key < $1.key }.map(\.value)
        for stratum in Set(strata).sorted() {
            // Copies of one another may be in several strata, as where the same numbers have two labels.
            let own = units.filter { strata[$0[0]] == stratum }
            let count = own.reduce(0) { $0 + $1.count }
            var room = [
                Split.valid: Int((Double(count) * valid).rounded()),
                Split.test: Int((Double(count) * test).rounded()),
            ]
            for unit in own.shuffled(using: &random) {
                let split = [Split.valid, .test].first { room[$0, default: 0] >= unit.count } ?? .train
                rows[split]?.append(contentsOf: unit)
                room[split]? -= unit.count
            }
        }
        self.init(rows)
    }

    /// Divides each stratum alike in the order of time: the first part is for training, the next validates, the rest is the
    /// test.
    ///
    /// - Parameters:
    ///   - strata: for each row, the class within which to divide.
    ///   - times: for each row, a number that grows with time; rows of the same time stay in the files' order.
    ///   - train: part of each stratum for training; where it ends is rounded to whole rows.
    ///   - valid: part of each stratum for validation; where it ends is rounded to whole rows.
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

    /// For each row, the first row that is the same.
    static func copies<Row: Hashable>(of rows: [Row]) -> [Int] {
        var first: [Row: Int] = [:]
        return rows.enumerated().map { index, row in
            if let copy = first[row] { return copy }
            first[row] = index
            return index
        }
    }

    /// Number of rows of each split.
    var counts: [Split: Int] { rows.mapValues(\.count) }

    /// The publishers' row for a row of a split.
    func source(_ split: Split, _ row: Int) -> Int { rows[split, default: []][row] }
}
