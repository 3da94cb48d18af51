import Foundation
import Testing

@testable import Importers

@Suite struct ResamplingTests {
    /// A tone below both Nyquist frequencies is the same tone at the other rate.
    @Test(arguments: [(16_000, 8_000), (8_000, 16_000), (44_100, 16_000), (11_025, 8_000), (8_000, 8_000)])
    func aToneStaysTheSame(old: Int, new: Int) throws {
        let tone = { (rate: Int, index: Int) in Float(sin(2 * Double.pi * 440 * Double(index) / Double(rate))) }
        let samples = (0..<old / 2).map { tone(old, $0) }
        let result = try #require(Resampling(from: old, to: new)).resampled(samples)
        #expect(result.count == (samples.count * new + old - 1) / old)
        // The ends lack neighbours.
        for index in 100..<result.count - 100 { #expect(abs(result[index] - tone(new, index)) < 1e-3) }
    }

    /// A tone above the new Nyquist frequency is gone, not folded to another one.
    @Test func higherTonesAreRemoved() throws {
        let samples = (0..<16_000).map { Float(sin(2 * Double.pi * 6000 * Double($0) / 16_000)) }
        let result = try #require(Resampling(from: 16_000, to: 8_000)).resampled(samples)
        #expect(result[100..<7900].allSatisfy { abs($0) < 1e-3 })
    }

    @Test func ratesWithoutACommonMeasureAreRefused() {
        #expect(Resampling(from: 44_101, to: 15_999) == nil)
        #expect(Resampling(from: 0, to: 8000) == nil)
    }
}
