import Foundation
import Numerics
import Torch

/// Adds white noise to audio.
struct AdditiveNoise {
    /// The signal-to-noise ratio in decibels.
    let ratio: Double

    /// Returns the samples, cut or padded to `length`, with noise over the whole length.
    ///
    /// - Parameter length: The number of samples of the result.
    func added(to samples: [Float], length: Int, random: inout RandomSource) -> [Float] {
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
        let deviation = (power / pow(10, ratio / 10)).squareRoot()
        return (0..<length).map { index in
            Float((index < samples.count ? Double(samples[index]) : 0) + deviation * random.normal())
        }
    }
}
