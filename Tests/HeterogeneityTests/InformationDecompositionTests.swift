import Testing

@testable import Heterogeneity

@Suite("Unique, redundant and synergistic information")
struct InformationDecompositionTests {
    @Test("two copies of one bit are redundant")
    func redundant() {
        let table: [[Double]] = [[50, 0], [0, 50]]
        let parts = InformationDecomposition.marginals(first: table, second: table)
        #expect(abs(parts.first - 1) < 1e-9 && abs(parts.second - 1) < 1e-9)
        #expect(abs(parts.redundant - 1) < 1e-6)
    }

    @Test("two independent bits of a two-bit target are unique")
    func unique() {
        // The target is 2a + b; the first input is a, the second b.
        let first: [[Double]] = [[25, 0], [25, 0], [0, 25], [0, 25]]
        let second: [[Double]] = [[25, 0], [0, 25], [25, 0], [0, 25]]
        let parts = InformationDecomposition.marginals(first: first, second: second)
        #expect(abs(parts.first - 1) < 1e-9 && abs(parts.second - 1) < 1e-9)
        #expect(parts.redundant < 1e-6)
    }

    @Test("logical AND has the known decomposition")
    func and() {
        // For two fair bits and their conjunction: I(X1; Y) = 0.3113 bits, all redundant; synergy
        // 0.5 bits.
        let table: [[Double]] = [[50, 25], [0, 25]]
        let parts = InformationDecomposition.marginals(first: table, second: table)
        #expect(abs(parts.first - 0.3113) < 1e-3)
        #expect(abs(parts.redundant - 0.3113) < 2e-3)
        let whole = InformationDecomposition(first: parts.first, second: parts.second, both: 0.8113, sharedShare: 1)
        #expect(abs(whole.synergistic - 0.5) < 1e-3)
    }

    @Test("inputs that are uninformative alone have only synergy")
    func exclusive() {
        let table: [[Double]] = [[25, 25], [25, 25]]
        let parts = InformationDecomposition.marginals(first: table, second: table)
        #expect(parts.first == 0 && parts.second == 0 && parts.redundant == 0)
        let whole = InformationDecomposition(first: -0.01, second: 0, both: 1, sharedShare: 0)
        #expect(whole == InformationDecomposition(first: 0, second: 0, both: 1, sharedShare: 0))
        #expect(whole.synergistic == 1)
    }

    @Test("without counts there is no information")
    func nothing() {
        let parts = InformationDecomposition.marginals(first: [[0, 0]], second: [[0, 0]])
        #expect(parts.first == 0 && parts.redundant == 0)
    }

    @Test("pairs that add nothing are pruned, but every modality stays in a pair")
    func pruning() {
        func diagnosis(_ pair: String, gain: Double) -> PairDiagnosis {
            PairDiagnosis(
                pair: pair, first: 1, second: 1, both: 1 + gain, gain: gain, gainStandardError: 0.1, decomposition: nil)
        }
        let kept = PairDiagnosis.worthKeeping([
            diagnosis("t/a+b", gain: 0.5), diagnosis("t/a+c", gain: 0.1), diagnosis("t/b+c", gain: 0.05),
            diagnosis("u/a+b", gain: -1),
        ])
        #expect(kept == ["t/a+b", "t/a+c", "u/a+b"])
    }

    @Test("a pair is kept if none of its predictors is informative")
    func unknown() {
        func diagnosis(_ pair: String, both: Double) -> PairDiagnosis {
            PairDiagnosis(
                pair: pair, first: -0.2, second: -0.1, both: both, gain: both + 0.1, gainStandardError: 0.5,
                decomposition: nil)
        }
        let (unknown, known) = (diagnosis("t/a+b", both: -0.3), diagnosis("t/b+c", both: 0.3))
        #expect(!unknown.isInformative && !unknown.addsNothing && known.isInformative && known.addsNothing)
        // With a+b and a+c kept, every stream of t is in a kept pair.
        #expect(PairDiagnosis.worthKeeping([unknown, diagnosis("t/a+c", both: -0.1), known]) == ["t/a+b", "t/a+c"])
    }
}
