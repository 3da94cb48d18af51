import Foundation
import Numerics
import Testing

@testable import Heterogeneity

@Suite("Dendrograms")
struct DendrogramTests {
    @Test("ties are broken in favour of the smallest entries", arguments: Linkage.allCases)
    func ties(_ linkage: Linkage) throws {
        let dendrogram = Dendrogram(of: try matrix(count: 4) { _ in 1 }, linkage: linkage)
        #expect(dendrogram.merges.first?.first == 0)
        #expect(dendrogram.merges.first?.second == 1)
        let zeros = Dendrogram(of: try matrix(count: 4) { _ in 0 }, linkage: linkage)
        #expect(zeros.merges.map(\.first) == [0, 2, 3])
        #expect(zeros.merges.map(\.second) == [1, 4, 5])
        #expect(zeros.merges.map(\.height) == [0, 0, 0])
        #expect(zeros.copheneticCorrelation(with: try matrix(count: 4) { _ in 0 }) == nil)
    }

    @Test("heights never decrease, and cuts are nested", arguments: Linkage.allCases)
    func nesting(_ linkage: Linkage) throws {
        var random = SplitMix64(seed: 5)
        for count in [2, 3, 8, 21] {
            let matrix = try matrix(count: count) { _ in Double(Int(random.uniform() * 5)) }
            let dendrogram = Dendrogram(of: matrix, linkage: linkage)
            #expect(zip(dendrogram.merges, dendrogram.merges.dropFirst()).allSatisfy { $0.height <= $1.height })
            var coarser = try dendrogram.grouping(.groups(1))
            for groups in 2...count {
                let finer = try dendrogram.grouping(.groups(groups))
                #expect(finer.groupCount == groups)
                for group in finer.groups {
                    #expect(Set(group.map { coarser.labels[$0] }).count == 1)
                }
                coarser = finer
            }
        }
    }

    @Test("cuts by threshold and by budget")
    func cuts() throws {
        let dendrogram = Dendrogram(of: try matrix([[0, 1, 4], [1, 0, 4], [4, 4, 0]]), linkage: .average)
        #expect(try dendrogram.grouping(.threshold(0.5)).labels == [0, 1, 2])
        #expect(try dendrogram.grouping(.threshold(1)).labels == [0, 0, 1])
        #expect(try dendrogram.grouping(.threshold(.infinity)).labels == [0, 0, 0])
        #expect(try dendrogram.grouping(.budget(total: 100, perGroup: 30, base: 40)).labels == [0, 0, 1])
        #expect(try dendrogram.grouping(.budget(total: 99, perGroup: 30, base: 40)).labels == [0, 0, 0])
        #expect(try dendrogram.grouping(.budget(total: .max, perGroup: 1, base: 0)).labels == [0, 1, 2])
    }

    @Test(
        "impossible cuts are refused",
        arguments: [
            (GroupingCut.groups(0), "groups: 0, expected 1 to 3, the number of entries"),
            (.groups(4), "groups: 4, expected 1 to 3, the number of entries"),
            (.groups(.min), "groups: \(Int.min), expected 1 to 3, the number of entries"),
            (.threshold(-1), "threshold: -1.0, expected at least 0"),
            (.threshold(.nan), "threshold: nan, expected at least 0"),
            (
                .budget(total: 50, perGroup: 30, base: 40),
                "budget: 50, expected room for one group of 30 plus the base 40"
            ),
            (
                .budget(total: 0, perGroup: 1, base: .max),
                "budget: 0, expected room for one group of 1 plus the base \(Int.max)"
            ),
            (
                .budget(total: 50, perGroup: 0, base: 40),
                "budget: total 50, 0 per group, base 40, expected no negative number and more than 0 per group"
            ),
        ])
    func impossibleCuts(_ cut: GroupingCut, _ message: String) throws {
        let dendrogram = Dendrogram(of: try matrix([[0, 1, 4], [1, 0, 4], [4, 4, 0]]), linkage: .single)
        let error = #expect(throws: MatrixError.self) { try dendrogram.grouping(cut) }
        #expect(error?.description == message)
    }
}
