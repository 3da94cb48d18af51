import Foundation
import Heterogeneity
import Testing

@testable import Studies

@Suite("Cheap measurements beside the exact one")
struct EstimatorStudyTests {
    @Test("every way is measured once, from seeds of its own, and a second run finds everything done")
    func measuresAndContinues() throws {
        let overlap = try OverlapSuite()
        let study = EstimatorStudy(
            suite: overlap.suite, dataRoot: overlap.folder.path, folder: "\(overlap.folder.path)/study",
            budget: TransferBudget(epochs: 4, seeds: 2, samples: 32, leastSteps: 2), groups: 2, workers: 2)
        let result = try #require(try study.run(.modalities))
        #expect(result.entries == 4)
        #expect(result.comparisons.map(\.name) == EstimatorCandidate.all(below: study.budget).map(\.name))
        #expect(result.comparisons.allSatisfy { $0.seconds > 0 && $0.agreement.groups != nil })
        #expect(result.halves != nil)
        #expect(result.harm + result.help <= 12)
        let again = try #require(
            try study.run(.modalities, progress: { name, _ in Issue.record("\(name): nothing is left to measure") }))
        #expect(again.comparisons.map(\.agreement) == result.comparisons.map(\.agreement))
        #expect(again.comparisons.map(\.seconds) == result.comparisons.map(\.seconds))
        // Seeds of the exact measurement and of the others are apart: else they would share trainings and agree for nothing.
        let records = try ["exact", "one-seed"].map { name in
            Set(
                try FileManager.default.contentsOfDirectory(
                    atPath: "\(overlap.folder.path)/study/\(name)/heterogeneity/entries/modalities"))
        }
        #expect(records[0].isDisjoint(with: records[1]))
        #expect(records[0].count > records[1].count)
    }

    @Test("a study that is stopped says so")
    func stops() throws {
        let overlap = try OverlapSuite()
        let study = EstimatorStudy(
            suite: overlap.suite, dataRoot: overlap.folder.path, folder: "\(overlap.folder.path)/study",
            budget: TransferBudget(epochs: 1, seeds: 1, samples: 8, leastSteps: 1), workers: 1)
        #expect(try study.run(.modalities, shouldStop: { true }) == nil)
    }

    @Test("a matrix agrees with itself, and less with its reverse")
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

    @Test("more seeds continue a measurement; another number of epochs does not")
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
