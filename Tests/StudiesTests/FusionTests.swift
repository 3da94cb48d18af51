import Heterogeneity
import TestSupport
import Testing

@testable import Studies

@Suite("Known kinds of fusion")
struct FusionTests {
    @Test("the decomposition finds redundant, unique, additive and exclusive fusion")
    func decomposition() throws {
        let folder = try TemporaryFolder()
        let study = FusionStudy(
            bits: FusionWorld(rows: 512, validRows: 200, noise: 0.4), budget: TransferBudget(epochs: 12, seeds: 1))
        let diagnoses = try study.diagnoses(in: folder.path, copies: 1)
        func parts(_ kind: FusionWorld.Kind) throws -> InformationDecomposition {
            let diagnosis = try #require(diagnoses.first { $0.pair.hasPrefix(kind.rawValue) })
            return try #require(diagnosis.decomposition)
        }
        #expect(try parts(.redundant).redundant > 0.8)
        #expect(try parts(.unique).uniqueFirst > 0.8)
        #expect(try parts(.unique).uniqueSecond < 0.1)
        #expect(try parts(.additive).uniqueFirst > 0.7)
        #expect(try parts(.additive).uniqueSecond > 0.7)
        #expect(try parts(.exclusive).synergistic > 0.5)
        #expect(try parts(.exclusive).redundant < 0.1)
    }

    @Test("distances between graded signals separate redundant from exclusive fusion, but not copies")
    func distances() throws {
        let folder = try TemporaryFolder()
        let result = try FusionStudy(
            bits: FusionWorld(rows: 32, validRows: 32),
            graded: FusionWorld(signal: .graded, rows: 512, validRows: 200, noise: 0.3),
            kinds: [.redundant, .exclusive], copies: 2, budget: TransferBudget(epochs: 8, seeds: 1, targetSamples: 8)
        ).run(in: folder.path)
        #expect(result.distances[0, 1] > 0.2)
        #expect(result.distances[0, 0] < 0.1)
        #expect(result.losses[0, 1] > 0.1)
        #expect(result.agreement == 1)
    }

    @Test("tables of kinds are means over their copies")
    func tables() throws {
        let folder = try TemporaryFolder()
        let result = try FusionStudy(
            bits: FusionWorld(rows: 32, validRows: 32), graded: FusionWorld(signal: .graded, rows: 32, validRows: 32),
            kinds: [.redundant, .exclusive], copies: 2, budget: TransferBudget(epochs: 1, seeds: 1, leastSteps: 2)
        ).run(in: folder.path)
        let matrix = result.interactions
        #expect(
            matrix.names.map { $0.split(separator: "/")[0] } == [
                "exclusive-0", "exclusive-1", "redundant-0", "redundant-1",
            ])
        let transfers = try #require(matrix.transfers)
        func mean(_ places: [(Int, Int)]) throws -> Double {
            try places.map { try #require(transfers[$0.0, $0.1]) }.reduce(0, +) / Double(places.count)
        }
        let between = try mean([(2, 0), (2, 1), (3, 0), (3, 1)])
        let within = try mean([(0, 1), (1, 0)])
        #expect(abs(result.transfers[0, 1] - between) < 1e-12)
        #expect(abs(result.transfers[1, 0] - (try mean([(0, 2), (0, 3), (1, 2), (1, 3)]))) < 1e-12)
        #expect(abs(result.transfers[1, 1] - within) < 1e-12)
        #expect(abs(result.losses[0, 1] - (between - within)) < 1e-12)
        #expect(abs(result.losses[1, 1]) < 1e-12)
        #expect(abs(result.distances[0, 0] - matrix[2, 3]) < 1e-12)
        #expect(abs(result.distances[0, 1] - result.distances[1, 0]) < 1e-12)
    }
}
