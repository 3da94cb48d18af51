import Numerics
import Testing

@testable import Heterogeneity

@Suite("The cross-fitted minimum over epochs")
struct CrossFittedMinimumTests {
    @Test("each half is evaluated at the epoch selected on the other half")
    func halves() {
        // Even samples have their minimum in epoch 1, odd ones in epoch 0.
        let history: [[Double]] = [[5, 1, 5, 1], [2, 3, 2, 3]]
        let minimum = CrossFittedMinimum(history)
        #expect(minimum.epochs == (even: 0, odd: 1))
        #expect(minimum.choose(history) == [5, 3, 5, 3])
    }

    @Test("selection does not bias the loss downwards")
    func isNotOptimistic() {
        var random = SplitMix64(seed: 1)
        var sum = 0.0
        for _ in 0..<400 {
            let history = (0..<10).map { _ in (0..<20).map { _ in random.normal() } }
            sum += CrossFittedMinimum(history).choose(history).reduce(0, +) / 20
        }
        // The mean of 400 · 20 standard normal numbers. A plain minimum over epochs gives about
        // −0.34.
        #expect(abs(sum / 400) < 0.06)
    }

    @Test("without epochs there are no losses")
    func nothing() {
        #expect(CrossFittedMinimum([]).choose([[Double]]()).isEmpty)
    }
}
