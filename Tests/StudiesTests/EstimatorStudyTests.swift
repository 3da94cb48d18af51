import Files
import Foundation
import Heterogeneity
import Testing

@testable import Studies

@Suite("Cheap measurements compared with the exact one")
struct EstimatorStudyTests {
    @Test("each candidate is measured once, from different seeds, and a second run measures nothing")
    func measuresAndContinues() throws {
        let overlap = try OverlapSuite()
        let study = EstimatorStudy(
            suite: overlap.suite, dataRoot: overlap.folder.path, folder: "\(overlap.folder.path)/study",
            budget: TransferBudget(epochs: 4, seeds: 2, samples: 32, leastSteps: 2), groups: 2, workers: 2)
        let result = try #require(try study.run(.modalities))
        #expect(result.entries == 4)
        #expect(result.comparisons.map(\.name) == EstimatorCandidate.all(below: study.budget).map(\.name))
        #expect(result.comparisons.allSatisfy { $0.agreement.groups != nil })
        #expect(result.halves != nil)
        // The times are those that the measurements noted, and shares are relative to the exact
        // one.
        func noted(_ measurement: String) throws -> Double {
            let folder = HeterogeneityFolder(run: "\(overlap.folder.path)/study/\(measurement)").path
            return try #require(
                try JSONFile.read([String: Double].self, from: "\(folder)/modalities-seconds.json", content: "a time")[
                    "seconds"])
        }
        #expect(try result.seconds == noted("exact"))
        let seconds = Dictionary(uniqueKeysWithValues: result.comparisons.map { ($0.name, $0.seconds) })
        #expect(try seconds["probes, all seeds"] == noted("probes,-all-seeds"))
        #expect(try seconds["one seed"] == noted("one-seed") && seconds["one seed"] == seconds["one seed, shrunken"])
        for comparison in result.comparisons {
            #expect(abs(comparison.share * result.seconds - comparison.seconds) < 1e-9 * (1 + comparison.seconds))
        }
        // The exact matrix can be read again, and gives the same numbers of harmful and helpful
        // transfers.
        let matrix = try TransferMeasurement(
            .modalities, of: overlap.suite, tasks: overlap.suite.open(dataRoot: overlap.folder.path),
            budget: study.budget,
            folder: HeterogeneityFolder(run: "\(overlap.folder.path)/study/exact").entries(.modalities)
        ).matrices().normalised
        let (transfers, errors) = (try #require(matrix.transfers), try #require(matrix.transferStandardErrors))
        let places = (0..<4).flatMap { from in (0..<4).filter { $0 != from }.map { (from, $0) } }
        let ratios = try places.map { from, to in
            try #require(transfers[from, to]) / (try #require(errors[from, to]))
        }
        #expect(ratios.count == 12)
        #expect(result.harm == ratios.filter { $0 > 2 }.count && result.help == ratios.filter { $0 < -2 }.count)
        let again = try #require(
            try study.run(.modalities, progress: { name, _ in Issue.record("\(name): nothing is left to measure") }))
        #expect(again.comparisons.map(\.agreement) == result.comparisons.map(\.agreement))
        #expect(again.comparisons.map(\.seconds) == result.comparisons.map(\.seconds))
        // The exact and the cheap measurements must use different seeds. Shared trainings would
        // make them agree trivially.
        let records = try ["exact", "one-seed"].map { name in
            Set(
                try FileManager.default.contentsOfDirectory(
                    atPath: "\(overlap.folder.path)/study/\(name)/heterogeneity/entries/modalities"))
        }
        #expect(records[0].isDisjoint(with: records[1]))
        #expect(records[0].count > records[1].count)
    }

    @Test("a transfer harms or helps only beyond two standard errors")
    func signs() throws {
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 0.5, 0.4], [-0.5, nil, -0.4], [0.1, -0.1, nil]])
        let errors = try SquareMatrix<Double?>(rows: [[nil, 0.2, 0.2], [0.2, nil, 0.2], [0.01, 0.04, nil]])
        let matrix = try HeterogeneityMatrix(
            names: ["a", "b", "c"], transfers: transfers, transferStandardErrors: errors, units: .normalised)
        let signs = EstimatorStudy.signs(matrix)
        #expect(signs.harm == 2 && signs.help == 2)
        let unknown = try HeterogeneityMatrix(names: ["a", "b", "c"], transfers: transfers, units: .normalised)
        #expect(EstimatorStudy.signs(unknown).harm == 0 && EstimatorStudy.signs(unknown).help == 0)
    }

    @Test("a stopped study has no result")
    func stops() throws {
        let overlap = try OverlapSuite()
        let study = EstimatorStudy(
            suite: overlap.suite, dataRoot: overlap.folder.path, folder: "\(overlap.folder.path)/study",
            budget: TransferBudget(epochs: 1, seeds: 1, samples: 8, leastSteps: 1), workers: 1)
        #expect(try study.run(.modalities, shouldStop: { true }) == nil)
    }

    @Test("a matrix agrees with itself, and not with its reverse")
    func agreement() throws {
        func matrix(_ values: [[Double]]) throws -> HeterogeneityMatrix {
            try HeterogeneityMatrix(names: ["a", "b", "c", "d"], values: try SquareMatrix(rows: values))
        }
        let one = try matrix([[0, 1, 5, 6], [1, 0, 7, 8], [5, 7, 0, 2], [6, 8, 2, 0]])
        let reverse = try matrix([[0, 8, 4, 3], [8, 0, 2, 1], [4, 2, 0, 7], [3, 1, 7, 0]])
        let same = try MatrixAgreement(one, one, linkage: .average, groups: 2)
        #expect(same.distances == 1 && same.groups == 1)
        #expect(same.transfers == nil)
        let other = try MatrixAgreement(one, reverse, linkage: .average, groups: 2)
        #expect(try #require(other.distances) == -1)
        #expect(try #require(other.groups) < 0.5)
    }

    @Test("a measurement can be continued with more seeds, but not with a different number of epochs")
    func seedsCanBeAdded() throws {
        let overlap = try OverlapSuite()
        let folder = HeterogeneityFolder(run: overlap.folder.path)
        try folder.prepare(for: overlap.suite, budget: TransferBudget(epochs: 2, seeds: 1))
        try folder.prepare(for: overlap.suite, budget: TransferBudget(epochs: 2, seeds: 3))
        let error = #expect(throws: HeterogeneityError.self) {
            try folder.prepare(for: overlap.suite, budget: TransferBudget(epochs: 3, seeds: 3))
        }
        #expect(try #require(error).description.contains("2 epochs"))
    }
}
