import Foundation
import Numerics
import Testing

/// Expected values: the published recurrences of SplitMix64, FNV-1a and xoshiro256**, written out
/// in Python.
@Suite struct RandomSourceTests {
    /// The first outputs of the authors' reference program for the state 1, 2, 3, 4.
    @Test func theGeneratorIsThePublishedOne() throws {
        let state = Data(#"{"s0": 1, "s1": 2, "s2": 3, "s3": 4}"#.utf8)
        var random = try JSONDecoder().decode(RandomSource.self, from: state)
        let expected: [UInt64] = [
            11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
        ]
        #expect(expected.indices.map { _ in random.next() } == expected)
    }

    @Test func aSeedGivesItsNumbers() {
        var zero = RandomSource(seed: 0)
        #expect(
            (0..<4).map { _ in zero.next() } == [
                11_091_344_671_253_066_420, 13_793_997_310_169_335_082, 1_900_383_378_846_508_768,
                7_684_712_102_626_143_532,
            ])
        var named = RandomSource(seed: 42, purpose: "encoder.0.latents")
        #expect(
            (0..<3).map { _ in named.next() } == [
                14_850_031_063_363_958_164, 2_970_845_807_838_098_230, 8_357_912_101_572_571_647,
            ])
        var seven = RandomSource(seed: 7)
        #expect(seven.uniform() == 0.7005764821796896)
        #expect(seven.uniform() == 0.2787512294737843)
        var normal = RandomSource(seed: 7)
        for expected in [-0.2790239910251981, 1.8997685786889567, 2.136306014732201] {
            #expect(abs(normal.normal() - expected) < 1e-14)
        }
    }

    @Test func namedGeneratorsAreIndependent() {
        let sources = RandomSources(seed: 42, purpose: "encoder.0")
        var (named, again, other) = (sources["latents"], sources["latents"], sources["queries"])
        let drawn = (0..<3).map { _ in named.next() }
        var plain = RandomSource(seed: 42, purpose: "encoder.0/latents")
        #expect(drawn == (0..<3).map { _ in plain.next() })
        #expect(drawn == (0..<3).map { _ in again.next() } && drawn != (0..<3).map { _ in other.next() })
    }

    @Test func aSavedStateGoesOn() throws {
        var random = RandomSource(seed: 3)
        _ = random.next()
        let saved = try JSONEncoder().encode(random)
        var restored = try JSONDecoder().decode(RandomSource.self, from: saved)
        #expect(restored == random)
        #expect((0..<5).map { _ in restored.next() } == (0..<5).map { _ in random.next() })
    }

    /// The tolerances are four standard errors for 20 000 numbers.
    @Test func momentsAreThoseOfTheDistributions() throws {
        var random = RandomSource(seed: 1)
        let count = 20_000
        func moments(_ values: [Double]) -> (mean: Double, variance: Double, skew: Double) {
            let mean = values.reduce(0, +) / Double(count)
            func moment(_ power: Double) -> Double { values.reduce(0) { $0 + pow($1 - mean, power) } / Double(count) }
            return (mean, moment(2), moment(3))
        }
        let uniform = (0..<count).map { _ in random.uniform() }
        #expect(uniform.allSatisfy { (0..<1).contains($0) })
        let flat = moments(uniform)
        #expect(abs(flat.mean - 0.5) < 4 * (1.0 / 12 / Double(count)).squareRoot())
        #expect(abs(flat.variance - 1.0 / 12) < 4 * (1.0 / 180 / Double(count)).squareRoot())
        let bell = moments((0..<count).map { _ in random.normal() })
        #expect(abs(bell.mean) < 4 / Double(count).squareRoot())
        #expect(abs(bell.variance - 1) < 4 * (2 / Double(count)).squareRoot())
        #expect(abs(bell.skew) < 4 * (6 / Double(count)).squareRoot())
    }
}
