import Multimodal
import Numerics

/// The splits of a table's samples: by a column, or by shares with the same classes in each split
/// and every group in one split.
struct TableSplits {
    /// The samples of each split, ascending.
    private(set) var rows: [Split: [Int]] = [:]

    /// Names of splits in tables.
    private static let names: [String: Split] = [
        "train": .train, "training": .train, "trn": .train, "fit": .train,
        "valid": .valid, "validation": .valid, "val": .valid, "dev": .valid, "development": .valid, "eval": .valid,
        "test": .test, "testing": .test, "tst": .test, "held-out": .test, "heldout": .test, "holdout": .test,
    ]

    /// Returns the split that a cell names; `nil` for another text.
    static func split(named text: String) -> Split? { names[text.lowercased()] }

    /// Divides samples by shares.
    ///
    /// - Parameters:
    ///   - samples: The samples to divide.
    ///   - strata: The class of each of them.
    ///   - groups: The group of each of them; `nil` if all are independent.
    ///   - shares: The shares and the seed.
    init(_ samples: [Int], strata: [Int], groups: [Int]?, shares: TableShares) {
        var random = RandomSource(seed: shares.seed, purpose: "split/table")
        let places = Array(samples.indices)
        var units =
            groups.map { groups in
                Dictionary(grouping: places) { groups[$0] }.sorted { $0.key < $1.key }.map(\.value)
            } ?? places.map { [$0] }
        units.shuffle(using: &random)
        // Large groups first, while there is room for them; the sort is stable.
        if groups != nil { units = Self.byDecreasingSize(units) }
        let classes = Set(strata).count
        var room = Self.room(strata: strata, classes: classes, shares: shares, isWhole: groups == nil)
        var members: [Split: [[Int]]] = [:]
        for unit in units {
            func score(_ split: Split) -> Double { unit.reduce(0) { $0 + (room[split]?[strata[$1]] ?? 0) } }
            // The first of equals wins, and training is first.
            let best = [Split.train, .test, .valid].max { score($0) < score($1) - 1e-9 }
            let split = best ?? .train
            members[split, default: []].append(unit)
            for place in unit { room[split]?[strata[place]] -= 1 }
        }
        Self.fillEmpty(&members)
        rows = members.mapValues { $0.flatMap { $0 }.map { samples[$0] }.sorted() }
    }

    private static func byDecreasingSize(_ units: [[Int]]) -> [[Int]] {
        units.enumerated().sorted { (-$0.element.count, $0.offset) < (-$1.element.count, $1.offset) }.map(\.element)
    }

    /// Returns the number of samples of each class that each split should have.
    ///
    /// Whole numbers of a class are rounded so that the sums over classes are near the shares, too.
    /// One or two samples of a class are for training.
    private static func room(
        strata: [Int], classes: Int, shares: TableShares, isWhole: Bool
    ) -> [Split: [Double]] {
        var counts = [Double](repeating: 0, count: classes)
        for stratum in strata { counts[stratum] += 1 }
        let parts = [Split.train: 1 - shares.valid - shares.test, .valid: shares.valid, .test: shares.test]
        guard isWhole else { return parts.mapValues { share in counts.map { $0 * share } } }
        var result = parts.mapValues { _ in counts }
        var rest = parts.mapValues { _ in 0.0 }
        for (place, count) in counts.enumerated() {
            for (split, share) in parts { rest[split, default: 0] += share * count }
            let seats = Self.seats(Int(count), wanted: rest)
            for (split, taken) in seats {
                result[split]?[place] = taken
                rest[split]? -= taken
            }
        }
        return result
    }

    /// Divides whole samples by what each split wants.
    private static func seats(_ count: Int, wanted: [Split: Double]) -> [Split: Double] {
        var seats: [Split: Double] = [.train: 0, .valid: 0, .test: 0]
        for _ in 0..<count {
            func need(_ split: Split) -> Double { (wanted[split] ?? 0) - (seats[split] ?? 0) }
            let neediest = [Split.train, .test, .valid].max { need($0) < need($1) - 1e-9 } ?? .train
            seats[count < 3 ? .train : neediest]? += 1
        }
        return seats
    }

    /// Gives each empty split the smallest unit of the split with most units.
    private static func fillEmpty(_ members: inout [Split: [[Int]]]) {
        for split in [Split.test, .valid] where (members[split] ?? []).isEmpty {
            guard let donor = Split.allCases.max(by: { (members[$0]?.count ?? 0) < (members[$1]?.count ?? 0) }),
                let units = members[donor], units.count > 1,
                let smallest = units.indices.min(by: { units[$0].count < units[$1].count })
            else { continue }
            members[donor]?.remove(at: smallest)
            members[split] = [units[smallest]]
        }
    }

    /// Divides samples by the cells of a column.
    ///
    /// A table without validation or test samples gets them from its training samples.
    ///
    /// - Throws: `ReaderError` naming the line of a cell that names no split.
    init(
        _ kept: [Int], column: Int, of samples: TableSamples, strata: [Int], groups: [Int]?, shares: TableShares
    ) throws {
        for sample in kept {
            guard let text = samples.text(sample, column) else {
                throw samples.failure(sample, column, "missing, expected train, valid or test")
            }
            guard let split = Self.split(named: text) else {
                throw samples.failure(sample, column, "'\(text.prefix(40))', expected train, valid or test")
            }
            rows[split, default: []].append(sample)
        }
        for split in [Split.valid, .test] where rows[split] == nil {
            let rest = rows[.train] ?? []
            let places = Dictionary(kept.enumerated().map { ($1, $0) }) { first, _ in first }
            let chosen = rest.compactMap { places[$0] }
            let share = split == .valid ? shares.valid : shares.test
            let parts = TableSplits(
                rest, strata: Self.dense(chosen.map { strata[$0] }),
                groups: groups.map { all in chosen.map { all[$0] } },
                shares: TableShares(valid: share / 2, test: share / 2, seed: shares.seed))
            rows[.train] = parts.rows[.train]
            rows[split] = ((parts.rows[.valid] ?? []) + (parts.rows[.test] ?? [])).sorted()
        }
    }

    /// Returns the values as numbers from 0 without gaps.
    static func dense(_ values: [Int]) -> [Int] {
        let places = Dictionary(Set(values).sorted().enumerated().map { ($1, $0) }) { first, _ in first }
        return values.map { places[$0] ?? 0 }
    }

    /// The number of samples in each split.
    var counts: [Split: Int] { rows.mapValues(\.count) }

    /// Checks that every split has samples.
    ///
    /// - Throws: `ReaderError` that says how many samples, or groups, there are.
    func check(_ table: RawTable, groups: Int?) throws {
        for split in Split.allCases where (rows[split] ?? []).isEmpty {
            throw ReaderError(
                file: table.file,
                reason: "\(rows.values.reduce(0) { $0 + $1.count }) samples"
                    + (groups.map { " in \($0) groups" } ?? "")
                    + " leave none for the \(split.rawValue) split; expected at least three"
                    + (groups == nil ? "" : " groups"))
        }
    }
}
