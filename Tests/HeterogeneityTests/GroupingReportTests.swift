import Files
import Foundation
import Testing

@testable import Heterogeneity

@Suite("The report of groups")
struct GroupingReportTests {
    private func published() throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(contentsOf: fixture("published-matrices/modalities.csv"))
    }

    @Test("the text holds all parts, in plain ASCII where asked")
    func text() throws {
        let report = try GroupingReport(of: published(), linkage: .complete, cut: .groups(3), seed: 1)
        let text = report.text(usesBoxCharacters: false)
        #expect(text.utf8.allSatisfy { $0 < 128 })
        for part in [
            "10 entries, complete linkage, 3 groups", "  group 3  AV image, AV audio", "cophenetic correlation",
            "stability", "a tenth of each entry assumed", "86.8 % of all ordered triples", "explained by rank 3",
            "  optimum ",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(report.text().contains("┐"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 && $0.last != " " })
    }

    @Test("the JSON has stable keys and the same bytes each time")
    func json() throws {
        let report = try GroupingReport(
            of: published(),
            linkage: .average,
            cut: .threshold(0.25),
            resamplings: 20,
            seed: 3
        )
        let bytes = try JSONFile.encode(report)
        let again = try GroupingReport(
            of: published(),
            linkage: .average,
            cut: .threshold(0.25),
            resamplings: 20,
            seed: 3
        )
        #expect(try JSONFile.encode(again) == bytes)
        let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(
            object.keys.sorted() == [
                "alternatives", "cophenetic_correlation", "cut", "dendrogram", "explained_share_of_rank3", "groups",
                "linkage", "mean_silhouette", "metric_properties", "names", "nuclear_share_of_rank3", "seed",
                "stability",
                "units", "within_group_heterogeneity",
            ]
        )
        #expect(try JSONFile.decode(GroupingReport.self, from: bytes) == report)
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
        #expect(report.text().contains("triangle inequality"))
        #expect(
            try GroupingReport(of: matrix([[0, 1], [1, 0]]), linkage: .ward, cut: .groups(2), seed: 0).groups.count == 2
        )
    }
}
