import Foundation
import Testing

@testable import Heterogeneity

@Suite("The report of groups")
struct GroupingReportTests {
    private func published() throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(contentsOf: fixture("published-matrices/modalities.csv"))
    }

    @Test("the JSON has stable keys and the same bytes each time")
    func json() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let report = try GroupingReport(
            of: published(),
            linkage: .average,
            cut: .threshold(0.25),
            resamplings: 20,
            seed: 3
        )
        let bytes = try encoder.encode(report)
        let again = try GroupingReport(
            of: published(),
            linkage: .average,
            cut: .threshold(0.25),
            resamplings: 20,
            seed: 3
        )
        #expect(try encoder.encode(again) == bytes)
        let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(
            object.keys.sorted() == [
                "alternatives", "copheneticCorrelation", "cut", "dendrogram", "explainedShareOfRank3", "groups",
                "linkage",
                "meanSilhouette", "metricProperties", "names", "nuclearShareOfRank3", "seed", "stability", "units",
                "withinGroupHeterogeneity",
            ]
        )
        #expect(try JSONDecoder().decode(GroupingReport.self, from: bytes) == report)
    }

    @Test("without a cut, the silhouette chooses")
    func silhouetteChooses() throws {
        let report = try GroupingReport(of: published(), linkage: .average, cut: nil, resamplings: 10, seed: 0)
        #expect(report.groups.count == 2)
        #expect(report.cut == "2 groups, the number with the best silhouette")
        #expect(report.grouping.groupNames == report.groups)
    }

    @Test("two entries are enough")
    func twoEntries() throws {
        let report = try GroupingReport(
            of: matrix([[0, 1], [1, 0]]),
            linkage: .ward,
            cut: nil,
            resamplings: 5,
            seed: 0
        )
        #expect(report.groups == [["a", "b"]])
        #expect(
            try GroupingReport(of: matrix([[0, 1], [1, 0]]), linkage: .ward, cut: .groups(2), seed: 0).groups.count == 2
        )
    }
}
