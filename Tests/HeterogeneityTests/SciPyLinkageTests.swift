import Foundation
import Testing

@testable import Heterogeneity

/// Clusterings computed by SciPy; see Fixtures/scipy-linkages/generate.py.
struct SciPyCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Cut: Decodable, Sendable {
        var groups: Int
        var labels: [Int]
        var silhouette: Double
    }

    struct Tree: Decodable, Sendable {
        var heights: [Double]
        var sizes: [Int]
        var cophenetic: [Double]
        var copheneticCorrelation: Double
        var cuts: [Cut]
        var threshold: Double
        var thresholdLabels: [Int]
    }

    private struct Cases: Decodable {
        var cases: [SciPyCase]
    }

    var name: String
    var values: [[Double]]
    var singularValues: [Double]
    var linkages: [String: Tree]

    var testDescription: String { name }

    static func all() throws -> [SciPyCase] {
        try JSONDecoder().decode(Cases.self, from: Data(contentsOf: fixture("scipy-linkages/case.json"))).cases
    }
}

@Suite("Clustering compared with SciPy")
struct SciPyLinkageTests {
    private func close(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * max(1, abs(right)) }

    @Test("heights, cophenetic distances, cuts and silhouettes", arguments: Linkage.allCases)
    func linkage(_ linkage: Linkage) throws {
        let cases = try SciPyCase.all()
        #expect(cases.count == 4)
        for scipy in cases {
            let matrix = try matrix(scipy.values)
            let tree = try #require(scipy.linkages[linkage.rawValue])
            let dendrogram = Dendrogram(of: matrix, linkage: linkage)
            #expect(dendrogram.merges.map(\.size) == tree.sizes, "\(scipy.name)")
            #expect(zip(dendrogram.merges, tree.heights).allSatisfy { close($0.height, $1) }, "\(scipy.name)")
            let cophenetic = dendrogram.copheneticDistances
            let pairs = EntryPair.all(of: matrix.count)
            #expect(zip(pairs, tree.cophenetic).allSatisfy { close(cophenetic[$0.first, $0.second], $1) })
            #expect(close(try #require(dendrogram.copheneticCorrelation(with: matrix)), tree.copheneticCorrelation))
            for cut in tree.cuts {
                let grouping = try dendrogram.grouping(.groups(cut.groups))
                #expect(grouping == Grouping(names: matrix.names, labels: cut.labels), "\(scipy.name)")
                #expect(close(try #require(grouping.meanSilhouette(in: matrix)), cut.silhouette))
            }
            // The threshold equals a height; the margin avoids rounding differences.
            let atThreshold = try dendrogram.grouping(.threshold(tree.threshold * (1 + 1e-12)))
            #expect(atThreshold == Grouping(names: matrix.names, labels: tree.thresholdLabels), "\(scipy.name)")
        }
    }

    @Test("singular values")
    func singularValues() throws {
        for scipy in try SciPyCase.all() {
            let found = MetricProperties(of: try matrix(scipy.values)).singularValues
            #expect(found.count == scipy.singularValues.count)
            #expect(zip(found, scipy.singularValues).allSatisfy { close($0, $1) }, "\(scipy.name)")
        }
    }
}
