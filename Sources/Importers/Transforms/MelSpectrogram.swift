import Foundation

/// The log-mel spectrogram of audio: the logarithm of the energy in mel bands over time.
///
/// mel(f) = 2595 · log10(1 + f / 700). The bands are triangles that overlap by half, from 0 to half
/// the sampling rate.
struct MelSpectrogram {
    /// The number of bands per frame.
    let bands: Int
    /// The number of samples per frame.
    let window: Int
    /// The number of samples between the starts of two frames.
    let hop: Int
    private let spectrum: PowerSpectrum
    private let shape: [Double]
    /// The first frequency bin and the weights of each band.
    private let filters: [(first: Int, weights: [Double])]
    /// The energy floor, relative to full scale; it keeps the logarithm of silence finite.
    private static let floor = 1e-8

    /// Creates a spectrogram.
    ///
    /// - Parameters:
    ///   - rate: The sampling rate in hertz.
    ///   - bands: The number of mel bands.
    ///   - window: The number of samples per frame.
    ///   - hop: The number of samples between the starts of two frames.
    ///   - size: The number of points of the Fourier transform; at least `window` are used.
    init(rate: Int, bands: Int, window: Int, hop: Int, size: Int) {
        self.bands = bands
        self.window = window
        self.hop = hop
        let spectrum = PowerSpectrum(size: max(size, window))
        self.spectrum = spectrum
        shape = (0..<window).map { 0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(window)) }
        let highest = 2595 * log10(1 + Double(rate) / 2 / 700)
        let edges = (0...bands + 1).map { band in
            700 * (pow(10, highest * Double(band) / Double(bands + 1) / 2595) - 1) * Double(spectrum.size)
                / Double(rate)
        }
        filters = (0..<bands).map { band in
            let (low, centre, high) = (edges[band], edges[band + 1], edges[band + 2])
            let bins = Int(low.rounded(.down))...min(spectrum.bins - 1, Int(high.rounded(.up)))
            let weights = bins.map { bin in
                let bin = Double(bin)
                return max(0, min((bin - low) / (centre - low), (high - bin) / (high - centre)))
            }
            let sum = weights.reduce(0, +)
            // A band narrower than the frequency resolution takes the nearest bin.
            guard sum > 0 else { return (min(spectrum.bins - 1, Int(centre.rounded())), [1]) }
            return (bins.lowerBound, weights.map { $0 / sum })
        }
    }

    /// Returns the number of whole frames in a number of samples, at least one.
    func frames(of samples: Int) -> Int { max(1, 1 + (samples - window) / hop) }

    /// Returns the log energies `[frames × bands]`, row-major. Audio shorter than a frame is padded
    /// with silence.
    func logEnergies(_ samples: [Float]) -> [Float] {
        let count = frames(of: samples.count)
        var result: [Float] = []
        result.reserveCapacity(count * bands)
        for frame in stride(from: 0, to: count, by: 2) {
            let powers = spectrum.powers(self.frame(frame, of: samples), self.frame(frame + 1, of: samples))
            append(powers.first, to: &result)
            if frame + 1 < count { append(powers.second, to: &result) }
        }
        return result
    }

    private func frame(_ frame: Int, of samples: [Float]) -> [Double] {
        let start = frame * hop
        guard start < samples.count else { return [] }
        return (0..<min(window, samples.count - start)).map { Double(samples[start + $0]) * shape[$0] }
    }

    private func append(_ powers: [Double], to result: inout [Float]) {
        for filter in filters {
            var energy = 0.0
            for (index, weight) in filter.weights.enumerated() { energy += weight * powers[filter.first + index] }
            result.append(Float(log(energy / Double(window) + Self.floor)))
        }
    }
}
