import Numerics
import Testing

@testable import Heterogeneity

@Suite("Means over samples and seeds")
struct TransferEstimateTests {
    @Test("with one seed, the bootstrap standard error is that of a mean")
    func bootstrap() {
        var random = SplitMix64(seed: 4)
        let samples = (0..<400).map { _ in 3 + 2 * random.normal() }
        let estimate = TransferEstimate(mean: [samples], seed: 0)
        #expect(abs(estimate.value - 3) < 0.4)
        #expect(abs(estimate.standardError - 0.1) < 0.02)
    }

    @Test("the variance between seeds is included")
    func seeds() {
        // Only the seeds differ, with means 0 and 2, so the standard error of their mean is 1.
        let estimate = TransferEstimate(mean: [[0, 0, 0], [2, 2, 2]], seed: 0)
        #expect(estimate.value == 1)
        #expect(abs(estimate.standardError - 1) < 1e-12)
    }

    @Test("the same seed gives the same standard error")
    func deterministic() {
        let samples = [[0.1, 0.5, 0.2, 0.9]]
        #expect(TransferEstimate(mean: samples, seed: 7) == TransferEstimate(mean: samples, seed: 7))
    }
}
