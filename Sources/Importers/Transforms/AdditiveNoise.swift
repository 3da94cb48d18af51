import Foundation
import Numerics
import Torch

/// Adds white noise to sound.
struct AdditiveNoise {
    /// Power of the sound over power of the noise, in decibels.
    let ratio: Double

    /// Sound of a length, cut or continued, with noise all over.
    ///
    /// - Parameter length: samples of the result.
    func added(to samples: [Float], length: Int, random: inout RandomSource) -> [Float] {
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
        let deviation = (power / pow(10, ratio / 10)).squareRoot()
        return (0..<length).map { index in
            Float((index < samples.count ? Double(samples[index]) : 0) + deviation * random.normal())
        }
    }
}
