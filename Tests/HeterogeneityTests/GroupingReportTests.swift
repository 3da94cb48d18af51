import Files
import Foundation
import Testing

@testable import Heterogeneity

@Suite("The report of groups")
struct GroupingReportTests {
    private func published() throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(contentsOf: fixture("published-matrices/modalities.csv"))
    }

    @Test("the JSON has stable keys and reproducible bytes")
    func json() throws {
        let report = try GroupingReport(
            of: published(), linkage: .average, cut: .threshold(0.25), resamplings: 20, seed: 3)
        let bytes = try JSONFile.encode(report)
        let again = try GroupingReport(
            of: published(), linkage: .average, cut: .threshold(0.25), resamplings: 20, seed: 3)
        #expect(try JSONFile.encode(again) == bytes)
        let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(
            object.keys.sorted() == [
                "alternatives", "cophenetic_correlation", "cut", "dendrogram", "explained_share_of_rank3", "groups",
                "linkage", "mean_silhouette", "metric_properties", "names", "nuclear_share_of_rank3", "seed",
                "stability", "units", "within_group_heterogeneity",
            ])
        #expect(try JSONFile.decode(GroupingReport.self, from: bytes) == report)
    }

    @Test("without a cut, the silhouette selects the number of groups")
    func silhouetteChooses() throws {
        let report = try GroupingReport(of: published(), linkage: .average, cut: nil, resamplings: 10, seed: 0)
        #expect(report.groups.count == 2)
        #expect(report.cut == "2 groups, the number with the best silhouette")
        #expect(report.grouping.groupNames == report.groups)
    }

    @Test("two entries suffice")
    func twoEntries() throws {
        let report = try GroupingReport(
            of: matrix([[0, 1], [1, 0]]), linkage: .ward, cut: nil, resamplings: 5, seed: 0)
        #expect(report.groups == [["a", "b"]])
        #expect(
            try GroupingReport(of: matrix([[0, 1], [1, 0]]), linkage: .ward, cut: .groups(2), seed: 0).groups.count == 2
        )
    }
}
