import Numerics
import Testing

@testable import Heterogeneity

@Suite("Transfers to one target")
struct TargetTransfersTests {
    /// Simulates losses without any transfer: those of random starts, seed → sample, and those
    /// after starts from other entries, source → seed → sample.
    private func losses(
        sources: Int, seeds: Int, references: Int, common: Double, _ random: inout SplitMix64
    ) -> (random: [[Double]], reached: [[[Double]]]) {
        let samples = (0..<40).map { _ in random.normal() }
        // The effect of a seed shared by all trainings; each training adds an effect of its own.
        let ofSeed = (0..<references).map { _ in common * random.normal() }
        func training(_ seed: Int) -> [Double] {
            let own = ofSeed[seed] + random.normal()
            return samples.map { $0 + own + 0.1 * random.normal() }
        }
        return ((0..<references).map(training), (0..<sources).map { _ in (0..<seeds).map(training) })
    }

    @Test("the transfer is the mean over its seeds minus the mean over all random starts")
    func value() {
        let column = TargetTransfers(random: [[1, 3], [2, 4], [6, 8]], reached: [[[5, 9]]])
        #expect(abs(column.transfer([[5, 9]], seed: 0).value - (7 - 4)) < 1e-12)
    }

    @Test(
        "without transfer, standard errors match the spread of the estimates",
        arguments: [(1, 6, 0.0), (2, 2, 0.0), (2, 2, 1.0), (2, 8, 0.0), (2, 8, 1.0), (4, 4, 1.0)])
    func calibrated(seeds: Int, references: Int, common: Double) throws {
        var random = SplitMix64(seed: UInt64(seeds * 100 + references))
        var (transfers, errors) = (0.0, 0.0)
        // The same after subtracting the mean over sources.
        var (residuals, own) = (0.0, 0.0)
        for _ in 0..<120 {
            let (alone, reached) = losses(sources: 6, seeds: seeds, references: references, common: common, &random)
            let column = TargetTransfers(random: alone, reached: reached)
            let estimates = reached.map { column.transfer($0, seed: 1) }
            let mean = estimates.reduce(0) { $0 + $1.value } / 6
            for (estimate, error) in zip(estimates, column.ownErrors) {
                residuals += (estimate.value - mean) * (estimate.value - mean) * 6 / 5
                own += error * error
            }
            for estimate in estimates {
                transfers += estimate.value * estimate.value
                errors += estimate.standardError * estimate.standardError
            }
        }
        let ratio = errors / transfers
        #expect(ratio > 0.8 && ratio < 1.25, "mean square of errors \(errors), of transfers \(transfers)")
        let ownRatio = own / residuals
        #expect(ownRatio > 0.8 && ownRatio < 1.25, "mean square of own errors \(own), of residuals \(residuals)")
    }

    @Test("with one training per start, the standard error comes from the samples alone")
    func single() {
        let random = [0.0, 0, 0, 0]
        let reached = [1.0, 3, 1, 3]
        let column = TargetTransfers(random: [random], reached: [[reached]])
        #expect(
            column.transfer([reached], seed: 5)
                == TransferEstimate(mean: [zip(reached, random).map { $0 - $1 }], seed: 5))
    }
}
