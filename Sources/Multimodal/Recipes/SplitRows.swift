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
    ///   - valid: part of each stratum for validation, rounded to whole rows.
    ///   - test: part of each stratum for test, rounded to whole rows.
    init(strata: [Int], valid: Double, test: Double, seed: UInt64 = 0, purpose: String) {
        var random = RandomSource(seed: seed, purpose: "split/\(purpose)")
        var rows: [Split: [Int]] = [.train: [], .valid: [], .test: []]
        for stratum in Set(strata).sorted() {
            let members = strata.indices.filter { strata[$0] == stratum }.shuffled(using: &random)
            let validCount = Int((Double(members.count) * valid).rounded())
            let testCount = Int((Double(members.count) * test).rounded())
            rows[.valid]?.append(contentsOf: members.prefix(validCount))
            rows[.test]?.append(contentsOf: members.dropFirst(validCount).prefix(testCount))
            rows[.train]?.append(contentsOf: members.dropFirst(validCount + testCount))
        }
        self.init(rows)
    }

    /// Number of rows of each split.
    var counts: [Split: Int] { rows.mapValues(\.count) }

    /// The publishers' row for a row of a split.
    func source(_ split: Split, _ row: Int) -> Int { rows[split, default: []][row] }
}
