import Heterogeneity
import Testing

@testable import Studies

@Suite("Known kinds of fusion")
struct FusionTests {
    @Test("the decomposition finds redundant, unique, additive and exclusive fusion")
    func decomposition() throws {
        let folder = try TemporaryFolder()
        let study = FusionStudy(
            world: FusionWorld(rows: 512, validRows: 200, noise: 0.4), budget: TransferBudget(epochs: 12, seeds: 1))
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
}
