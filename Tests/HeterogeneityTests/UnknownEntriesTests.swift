import Files
import Foundation
import Multimodal
import Testing

@testable import Heterogeneity

@Suite("Entries whose predictors explain nothing")
struct UnknownEntriesTests {
    /// Returns a matrix of five entries, of which `c` is unknown and as far from the others as
    /// `distance`.
    private func matrix(_ distance: Double, unknown: [Int] = [2]) throws -> HeterogeneityMatrix {
        let places = [0, 0.1, 0, 1, 1.1]
        func value(_ row: Int, _ column: Int) -> Double {
            if row == column { return 0 }
            return row == 2 || column == 2 ? distance : abs(places[row] - places[column])
        }
        let rows = (0..<5).map { row in (0..<5).map { value(row, $0) } }
        return try HeterogeneityTests.matrix(rows).with(
            explained: ExplainedShares(
                values: (0..<5).map { unknown.contains($0) ? 0.05 : 0.4 },
                standardErrors: Array(repeating: 0.03, count: 5)))
    }

    @Test("a share counts from two standard errors and a floor")
    func limits() throws {
        let shares = try ExplainedShares(
            values: [0.0601, 0.06, 0.004, 0.006, -0.5], standardErrors: [0.03, 0.03, 0.0001, 0.0001, 0.01])
        #expect((0..<5).map(shares.isKnown) == [true, false, false, true, false])
        #expect(throws: MatrixError.self) { try ExplainedShares(values: [1], standardErrors: []) }
        #expect(throws: MatrixError.self) { try ExplainedShares(values: [.nan], standardErrors: [0]) }
        #expect(throws: MatrixError.self) { try ExplainedShares(values: [1], standardErrors: [-1]) }
    }

    @Test("JSON keeps the shares; a file without them knows all entries")
    func json() throws {
        let matrix = try matrix(0.5)
        let text = try matrix.json()
        #expect(try HeterogeneityMatrix(json: text) == matrix)
        let object = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        #expect(object["explained"] as? [Double] == [0.4, 0.4, 0.05, 0.4, 0.4])
        #expect((object["explained_standard_errors"] as? [Double])?.count == 5)
        #expect(object["unknown"] as? [String] == ["c"])
        let earlier = try HeterogeneityTests.matrix([[0, 1], [1, 0]])
        #expect(earlier.unknown.isEmpty)
        #expect(!String(decoding: try earlier.json(), as: UTF8.self).contains("explained"))
        #expect {
            try HeterogeneityMatrix(json: Data(#"{"names":["a","b"],"values":[[0,1],[1,0]],"explained":[1]}"#.utf8))
        } throws: { "\($0)".contains("explained") }
    }

    @Test("distances of unknown entries do not influence the groups", arguments: [0.0, 0.01, 5.0])
    func clustering(distance: Double) throws {
        let groups = try SharingGroups(
            modalities: matrix(distance), interactions: nil, linkage: .average)
        #expect(groups.encoders == [["a", "b"], ["d", "e"], ["c"]])
        #expect(groups.unknown == ["c"])
        #expect(groups.encoderTree?.names == ["a", "b", "d", "e"])
        #expect(try JSONFile.decode(SharingGroups.self, from: JSONFile.encode(groups)) == groups)
        let report = try GroupingReport(of: matrix(distance), linkage: .average, cut: nil, resamplings: 5, seed: 0)
        #expect(report.unknown == ["c"] && report.groups == [["a", "b"], ["d", "e"]])
    }

    @Test("the group of the unknown entries counts towards a number of groups")
    func cuts() throws {
        func groups(_ cut: GroupingCut, unknown: [Int] = [2]) throws -> [[String]] {
            try SharingGroups(
                modalities: matrix(1, unknown: unknown), interactions: nil, linkage: .average, encoderCut: cut
            ).encoders
        }
        #expect(try groups(.groups(2)) == [["a", "b", "d", "e"], ["c"]])
        #expect(try groups(.groups(1)) == [["a", "b", "c", "d", "e"]])
        #expect(try groups(.budget(total: 30, perGroup: 10, base: 0)) == [["a", "b"], ["d", "e"], ["c"]])
        #expect(try groups(.threshold(0.2)) == [["a", "b"], ["d", "e"], ["c"]])
        // There are too few known entries for four groups.
        #expect(try groups(.groups(4), unknown: [1, 2, 3]) == [["a"], ["e"], ["b", "c", "d"]])
        #expect(throws: MatrixError.self) { try groups(.groups(6)) }
        // One known entry, or none, cannot be clustered.
        #expect(try groups(.groups(2), unknown: [1, 2, 3, 4]) == [["a"], ["b", "c", "d", "e"]])
        #expect(try groups(.threshold(1), unknown: [0, 1, 2, 3, 4]) == [["a", "b", "c", "d", "e"]])
        #expect(throws: MatrixError.self) {
            try GroupingReport(
                of: matrix(1, unknown: [1, 2, 3, 4]), linkage: .average, cut: nil, resamplings: 5, seed: 0)
        }
    }

    @Test("pairs of unknown entries are never pruned")
    func pruning() throws {
        func diagnosis(_ pair: String) -> PairDiagnosis {
            PairDiagnosis(
                pair: pair, first: 0.5, second: 0.4, both: 0.5, gain: pair == "t/a+b" ? 0.3 : 0, gainStandardError: 0.1,
                decomposition: nil)
        }
        let pairs = ["t/a+b", "t/a+c", "t/a+d", "t/b+c", "t/b+d", "t/c+d"]
        var groups = SharingGroups(encoders: [["t/a", "t/b", "t/c", "t/d"]], crossmodal: [pairs], method: "m")
        // The best of the worthless pairs of c and of d is kept as well.
        #expect(groups.pruned(by: pairs.map(diagnosis))?.leftOut == ["t/b+c", "t/b+d", "t/c+d"])
        groups.unknown = ["t/d"]
        #expect(groups.pruned(by: pairs.map(diagnosis))?.leftOut == ["t/b+c"])
        groups.unknown = ["t/b+c"]
        #expect(groups.pruned(by: pairs.map(diagnosis))?.leftOut == ["t/b+d", "t/c+d"])
    }

    @Test("noise becomes unknown, and what is informative does not", arguments: [TransferEstimator.exact, .probe])
    func measured(estimator: TransferEstimator) throws {
        let noisy = try NoisySuite()
        let measurement = try TransferMeasurement(
            .modalities, of: noisy.suite, tasks: noisy.tasks, budget: TransferBudget(epochs: 20, patience: 4, seeds: 1),
            folder: noisy.folder.path("entries"), estimator: estimator)
        #expect(try measurement.run(workers: 2))
        let matrices = try measurement.matrices()
        for matrix in [matrices.normalised, matrices.nats] {
            #expect(matrix.unknown == ["kind/b", "kind/c"])
            let explained = try #require(matrix.explained)
            #expect(explained.values[0] > 0.3 && explained.values[3] > 0.2)
            #expect(explained.values[0] > explained.values[3])
        }
        let groups = try SharingGroups(modalities: matrices.normalised, interactions: nil, linkage: .average)
        #expect(groups.unknown == ["kind/b", "kind/c"] && groups.encoders.contains(["kind/b", "kind/c"]))
        let other = try #require(try matrices.normalised.ofKnownEntries())
        #expect(other.names == ["kind/a", "kind/d"] && other.explained?.values.count == 2)
        #expect(other[0, 1] == matrices.normalised[0, 3])
    }
}
