import Foundation
import Numerics
import TestSupport
import Testing

@testable import Heterogeneity

/// Algebraic properties that hold for every input, tried on random ones.
@Suite("Properties of groups, shrinking and merging")
struct PropertyTests {
    /// Groups as sets of names, independent of any order.
    private func sets(_ grouping: Grouping) -> Set<Set<String>> { Set(grouping.groupNames.map(Set.init)) }

    private func permuted(_ matrix: HeterogeneityMatrix, _ order: [Int]) throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(
            names: order.map { matrix.names[$0] },
            values: SquareMatrix(rows: order.map { row in order.map { matrix[row, $0] } }))
    }

    @Test("permuting entries permutes groups", arguments: Linkage.allCases)
    func permutation(_ linkage: Linkage) throws {
        var random = SplitMix64(seed: 21)
        for count in [2, 3, 7, 15] {
            // Random distances have no ties, which are broken by order.
            let original = try matrix(count: count) { _ in 0.1 + random.uniform() }
            let dendrogram = Dendrogram(of: original, linkage: linkage)
            for _ in 0..<5 {
                let order = (0..<count).shuffled(using: &random)
                let other = try permuted(original, order)
                let permutedDendrogram = Dendrogram(of: other, linkage: linkage)
                for groups in 1...count {
                    let expected = sets(try dendrogram.grouping(.groups(groups)))
                    #expect(sets(try permutedDendrogram.grouping(.groups(groups))) == expected)
                }
                let best = dendrogram.bestSilhouetteGroupCount(in: original)
                #expect(permutedDendrogram.bestSilhouetteGroupCount(in: other) == best)
            }
        }
    }

    @Test("permuting entries permutes the least heterogeneous groups", arguments: [6, 14])
    func permutationOfTheOptimum(count: Int) throws {
        var random = SplitMix64(seed: 22)
        // Beyond twelve entries the search is only local, so the groups are planted.
        let original = try matrix(count: count) { pair in
            (pair.first % 3 == pair.second % 3 ? 0.2 : 1) + 0.1 * random.uniform()
        }
        let expected = sets(try LeastHeterogeneousGrouping(of: original, groups: 3).grouping)
        for _ in 0..<5 {
            let other = try permuted(original, (0..<count).shuffled(using: &random))
            #expect(sets(try LeastHeterogeneousGrouping(of: other, groups: 3).grouping) == expected)
        }
    }

    @Test("the adjusted Rand index is symmetric, at most 1, and blind to labels and order")
    func adjustedRandIndex() throws {
        var random = SplitMix64(seed: 23)
        var distinct: Set<Double> = []
        for _ in 0..<300 {
            let count = Int.random(in: 1...12, using: &random)
            let groups = Int.random(in: 1...5, using: &random)
            func labels() -> [Int] { (0..<count).map { _ in Int.random(in: 0..<groups, using: &random) } }
            let (left, right) = (labels(), labels())
            func index(_ left: [Int], _ right: [Int]) throws -> Double {
                let names = names(count)
                let other = Grouping(names: names, labels: right)
                return try #require(Grouping(names: names, labels: left).adjustedRandIndex(with: other))
            }
            let value = try index(left, right)
            distinct.insert(value)
            #expect(try index(right, left) == value)
            #expect(try index(left, left) == 1)
            #expect(value <= 1)
            let order = (0..<count).shuffled(using: &random)
            let reordered = try index(order.map { 7 - left[$0] }, order.map { right[$0] })
            #expect(abs(reordered - value) < 1e-12)
        }
        #expect(distinct.count > 50)
    }

    @Test("shrinking with zero standard errors is the identity", arguments: [3, 4, 9])
    func shrinking(count: Int) throws {
        var random = SplitMix64(seed: 24)
        var transfers = SquareMatrix<Double?>(count: count, repeating: nil)
        var errors = transfers
        for from in 0..<count {
            for to in 0..<count where from != to {
                transfers[from, to] = random.normal()
                errors[from, to] = 0
            }
        }
        let exact = try HeterogeneityMatrix(
            names: names(count), transfers: transfers, transferStandardErrors: errors, units: .normalised)
        for matrix in [exact, try exact.with(transferOwnErrors: errors)] {
            let shrunken = try matrix.shrunken()
            #expect(shrunken.names == matrix.names && shrunken.units == matrix.units)
            for from in 0..<count {
                for to in 0..<count where from != to {
                    let before = try #require(transfers[from, to])
                    let after = try #require(shrunken.transfers?[from, to])
                    #expect(abs(after - before) < 1e-12)
                    #expect(shrunken.transferStandardErrors?[from, to] == 0)
                    #expect(abs(shrunken[from, to] - matrix[from, to]) < 1e-12)
                }
            }
        }
    }

    /// The files of a folder and their bytes.
    private func contents(_ folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))) })
    }

    @Test("merging twice is merging once, in either order, and keeps what is there")
    func merging() throws {
        let temporary = try TemporaryFolder()
        let entries = ["a", "b", "c"].map { TransferEntry(task: "t", modalities: [$0]) }
        func records(_ name: String) throws -> TransferRecords { try TransferRecords(folder: temporary.path(name)) }
        func record(_ entry: TransferEntry, loss: Double) -> TransferRecord {
            TransferRecord(from: nil, to: entry.description, seed: 1, epochLosses: [loss], losses: [loss, loss])
        }
        let (first, second) = (try records("first"), try records("second"))
        try first.write(record(entries[0], loss: 1), .source, to: entries[0])
        try first.write(record(entries[1], loss: 2), .transfer(entries[0]), to: entries[1])
        // Both machines finished entry b from scratch; equal seeds give equal records.
        for machine in [first, second] { try machine.write(record(entries[1], loss: 3), .source, to: entries[1]) }
        try second.write(record(entries[2], loss: 4), .source, to: entries[2])
        try temporary.write("not a record", to: "second/notes.txt")

        let once = try records("once")
        for machine in [first, second] { try once.merge(machine.folder) }
        let merged = try contents(once.folder)
        #expect(merged.count == 4 && merged["notes.txt"] == nil)
        for (start, entry) in [
            (TransferStart.source, entries[0]), (.transfer(entries[0]), entries[1]), (.source, entries[1]),
        ] {
            #expect(try once.record(start, to: entry, seed: 1) == first.record(start, to: entry, seed: 1))
        }
        #expect(try once.record(.source, to: entries[2], seed: 1) == second.record(.source, to: entries[2], seed: 1))

        for machine in [first, second, once] { try once.merge(machine.folder) }
        #expect(try contents(once.folder) == merged)
        let reversed = try records("reversed")
        for machine in [second, first] { try reversed.merge(machine.folder) }
        #expect(try contents(reversed.folder) == merged)

        // A finished record is never replaced.
        let kept = try records("kept")
        try kept.write(record(entries[0], loss: 9), .source, to: entries[0])
        try kept.merge(first.folder)
        #expect(try kept.record(.source, to: entries[0], seed: 1)?.losses == [9, 9])
        #expect(try kept.record(.source, to: entries[1], seed: 1)?.losses == [3, 3])
    }
}
