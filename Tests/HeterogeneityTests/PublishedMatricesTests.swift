import Foundation
import Numerics
import Testing

@testable import Heterogeneity

/// The matrices printed in the paper (Liang et al., TMLR 2023), with the printed rounding.
@Suite("The published matrices")
struct PublishedMatricesTests {
    private struct Published: Decodable {
        var groups: [String: [[String]]]
        var triangleShare: [String: Double]
        var relaxedTriangleShare: [String: Double]
        var rank3Share: Double
    }

    private let published: Published
    private let modalities: HeterogeneityMatrix
    private let interactions: HeterogeneityMatrix

    init() throws {
        published = try JSONDecoder()
            .decode(Published.self, from: Data(contentsOf: fixture("published-matrices/case.json")))
        modalities = try HeterogeneityMatrix(contentsOf: fixture("published-matrices/modalities.csv"))
        interactions = try HeterogeneityMatrix(contentsOf: fixture("published-matrices/interactions.csv"))
    }

    private func percent(_ share: Double?) -> Int { Int((100 * (share ?? 0)).rounded()) }

    @Test("the published triangle shares count all n³ ordered triples, not only triples of distinct entries")
    func triangleShares() {
        let (u, c) = (MetricProperties(of: modalities), MetricProperties(of: interactions))
        #expect(percent(u.triangle.all) == percent(published.triangleShare["modalities"]))
        #expect(percent(c.triangle.all) == percent(published.triangleShare["interactions"]))
        #expect(percent(u.triangle.distinct) == 82)
        #expect(percent(c.triangle.distinct) == 79)
        #expect(percent(u.triangle.sets) == 45)
        #expect(percent(c.triangle.sets) == 38)
        #expect(percent(u.relaxedTriangle.all) == percent(published.relaxedTriangleShare["modalities"]))
        // The only share that differs: 96.1 % here, 95 % in print. The printed entries are rounded.
        #expect(percent(c.relaxedTriangle.all) == 96)
        #expect(percent(published.relaxedTriangleShare["interactions"]) == 95)
    }

    @Test("rank 3 explains at least the published share, both of the squares and of the sum of singular values")
    func rank3() {
        for matrix in [modalities, interactions] {
            let properties = MetricProperties(of: matrix)
            #expect(properties.explainedShare(rank: 3) > 0.999)
            #expect((properties.nuclearShare(rank: 3) * 100).rounded() >= 97)
        }
        #expect(percent(MetricProperties(of: modalities).explainedShare(rank: 1)) == 51)
    }

    @Test("no linkage gives the published groups at (3, 3), in any order of breaking ties")
    func groups() throws {
        for (key, matrix) in [("modalities", modalities), ("interactions", interactions)] {
            let groups = try #require(published.groups[key])
            let labels = try matrix.names.map { name in
                try #require(groups.firstIndex { $0.contains(name) })
            }
            let printed = Grouping(names: matrix.names, labels: labels)
            for linkage in Linkage.allCases {
                var random = SplitMix64(seed: 1)
                for _ in 0..<100 {
                    let order = (0..<matrix.count).shuffled(using: &random)
                    let shuffled = try HeterogeneityMatrix(
                        names: order.map { matrix.names[$0] },
                        values: SquareMatrix(rows: order.map { row in order.map { matrix[row, $0] } }))
                    let found = try Dendrogram(of: shuffled, linkage: linkage).grouping(.groups(3))
                    let sets = Set(found.groupNames.map(Set.init))
                    #expect(sets != Set(printed.groupNames.map(Set.init)))
                    #expect(sets.contains(["AV image", "AV audio"]) || key == "interactions" || linkage == .single)
                    #expect(sets.contains(["AV"]) || key == "modalities")
                }
            }
            let least = try LeastHeterogeneousGrouping(of: matrix, groups: 3)
            #expect(try #require(printed.withinGroupHeterogeneity(in: matrix)) > least.heterogeneity)
        }
    }
}
