import Multimodal
import TestSupport
import Testing

@testable import Importers

@Suite struct TableSplitsTests {
    /// 70, 10 and 20 % of every class, whatever the order of the rows.
    @Test func splitsHaveTheSameShareOfEveryClass() {
        let strata = (0..<200).map { $0 % 20 < 14 ? 0 : 1 }
        let splits = TableSplits(Array(0..<200), strata: strata, groups: nil, shares: TableShares())
        func count(_ split: Split, _ stratum: Int) -> Int { (splits.rows[split] ?? []).count { strata[$0] == stratum } }
        #expect(Split.allCases.map { count($0, 0) } == [98, 14, 28])
        #expect(Split.allCases.map { count($0, 1) } == [42, 6, 12])
        #expect(splits.rows.values.flatMap { $0 }.sorted() == Array(0..<200))
        let other = TableSplits(Array(0..<200), strata: strata, groups: nil, shares: TableShares(seed: 1))
        #expect(other.rows != splits.rows && other.counts == splits.counts)
        #expect(TableSplits(Array(0..<200), strata: strata, groups: nil, shares: TableShares()).rows == splits.rows)
    }

    /// Nobody is in two splits, and the shares are near, although groups differ in size.
    @Test func groupsStayInOneSplit() {
        let groups = (0..<40).flatMap { Array(repeating: $0, count: 1 + $0 % 9) }
        let strata = groups.indices.map { $0 % 3 == 0 ? 1 : 0 }
        let splits = TableSplits(Array(groups.indices), strata: strata, groups: groups, shares: TableShares())
        let members = Split.allCases.map { split in Set((splits.rows[split] ?? []).map { groups[$0] }) }
        #expect(members[0].isDisjoint(with: members[1]) && members[1].isDisjoint(with: members[2]))
        #expect(members[0].isDisjoint(with: members[2]) && members.reduce(0) { $0 + $1.count } == 40)
        for (split, share) in [(Split.train, 0.7), (.valid, 0.1), (.test, 0.2)] {
            let found = Double(splits.rows[split]?.count ?? 0) / Double(groups.count)
            #expect(abs(found - share) < 0.03, "\(split): \(found)")
        }
    }

    /// Three samples, or three groups, suffice; a class that occurs once is for training.
    @Test func fewSamplesAreDivided() {
        #expect(
            TableSplits([0, 1, 2], strata: [0, 0, 0], groups: nil, shares: TableShares()).counts
                == [.train: 1, .valid: 1, .test: 1])
        let groups = [0, 0, 0, 1, 1, 2]
        #expect(
            TableSplits(Array(0..<6), strata: [0, 0, 0, 0, 0, 0], groups: groups, shares: TableShares()).rows
                == [.train: [0, 1, 2], .valid: [3, 4], .test: [5]])
        let rare = TableSplits(
            Array(0..<21), strata: [1] + Array(repeating: 0, count: 20), groups: nil, shares: TableShares())
        #expect(rare.rows[.train]?.contains(0) == true)
    }

    /// Two columns of groups: rows that share either stay together.
    @Test func groupsOfTwoColumnsAreJoined() throws {
        let folder = try TemporaryFolder()
        var text = "x,person,site,y\n"
        for row in 0..<60 { text += "\(row),p\(row / 3),s\(row / 12),\(row % 2)\n" }
        let path = try folder.write(text, to: "t.csv")
        let yaml = "file: t.csv\ncolumns: {x: number, person: group, site: group, y: classification}\n"
        let description = try folder.write(yaml, to: "t.yaml")
        let dataset = try TableImport(file: description).run(to: folder.path("d")).dataset
        #expect(dataset.description.groups?.mapValues(\.disjoint) == ["person": true, "site": true])
        #expect(dataset.description.groups?["site"]?.members == ["s0", "s1", "s2", "s3", "s4"])
        #expect(dataset.description.groups?["person"]?.name(of: 10) == "p18")
        #expect(path == folder.path("t.csv"))
    }

    /// A table with training and test rows only: the validation rows are training rows.
    @Test func aMissingSplitComesFromTraining() throws {
        let folder = try TemporaryFolder()
        var text = "x,split,y\n"
        for row in 0..<100 { text += "\(row),\(row < 80 ? "Training" : "TEST"),\(row % 2)\n" }
        try folder.write(text, to: "t.csv")
        let dataset = try TableImport(file: folder.path("t.csv"), targets: ["y"]).run(to: folder.path("d")).dataset
        let counts: [Int] = [dataset.train.count, dataset.valid.count, dataset.test.count]
        #expect(counts == [72, 8, 20])
    }
}
