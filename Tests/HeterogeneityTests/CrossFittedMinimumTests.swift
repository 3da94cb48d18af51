import Numerics
import Testing

@testable import Heterogeneity

@Suite("The smallest loss over epochs")
struct CrossFittedMinimumTests {
    @Test("samples are judged at the epoch that the other half prefers")
    func halves() {
        // Even samples are best in epoch 1, odd ones in epoch 0.
        let history: [[Double]] = [[5, 1, 5, 1], [2, 3, 2, 3]]
        let minimum = CrossFittedMinimum(history)
        #expect(minimum.epochs == (even: 0, odd: 1))
        #expect(minimum.choose(history) == [5, 3, 5, 3])
    }

    @Test("chance alone makes no loss smaller than it is")
    func isNotOptimistic() {
        var random = SplitMix64(seed: 1)
        var sum = 0.0
        for _ in 0..<400 {
            let history = (0..<10).map { _ in (0..<20).map { _ in random.normal() } }
            sum += CrossFittedMinimum(history).choose(history).reduce(0, +) / 20
        }
        // The mean of 400 · 20 standard normal numbers; the plain minimum over epochs would give about −0.34.
        #expect(abs(sum / 400) < 0.06)
    }

    @Test("no epochs give no losses")
    func nothing() {
        #expect(CrossFittedMinimum([]).choose([[Double]]()).isEmpty)
    }
}
