import Foundation

/// The power spectrum of short real signals, by the radix-2 fast Fourier transform of Cooley and
/// Tukey.
///
/// One complex transform serves two signals: the second signal is the imaginary part.
struct PowerSpectrum {
    /// The number of points of the transform, a power of two.
    let size: Int
    /// The number of frequency bins, from 0 to half the sampling rate.
    var bins: Int { size / 2 + 1 }
    private let cosines: [Double]
    private let sines: [Double]
    private let reversed: [Int]

    /// Creates a transform.
    ///
    /// - Parameter size: The number of points, rounded up to a power of two.
    init(size: Int) {
        var points = 2
        while points < size { points *= 2 }
        self.size = points
        cosines = (0..<points / 2).map { cos(2 * .pi * Double($0) / Double(points)) }
        sines = (0..<points / 2).map { -sin(2 * .pi * Double($0) / Double(points)) }
        let bits = points.trailingZeroBitCount
        reversed = (0..<points).map { index in
            (0..<bits).reduce(0) { $0 | (index >> $1 & 1) << (bits - 1 - $1) }
        }
    }

    /// Returns the squared magnitudes of both signals' frequencies, `[bins]` each. Signals are cut
    /// or zero-padded to `size`.
    func powers(_ first: [Double], _ second: [Double]) -> (first: [Double], second: [Double]) {
        var real = [Double](repeating: 0, count: size)
        var imaginary = real
        for index in 0..<min(size, first.count) { real[reversed[index]] = first[index] }
        for index in 0..<min(size, second.count) { imaginary[reversed[index]] = second[index] }
        transform(&real, &imaginary)
        var result = (first: [Double](repeating: 0, count: bins), second: [Double](repeating: 0, count: bins))
        for bin in 0..<bins {
            let mirror = (size - bin) % size
            let (a, b) = (real[bin] + real[mirror], imaginary[bin] - imaginary[mirror])
            let (c, d) = (imaginary[bin] + imaginary[mirror], real[mirror] - real[bin])
            result.first[bin] = (a * a + b * b) / 4
            result.second[bin] = (c * c + d * d) / 4
        }
        return result
    }

    private func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                var half = 1
                while half < size {
                    for offset in 0..<half {
                        let angle = offset * size / (2 * half)
                        butterflies(real, imaginary, from: offset, half: half, c: cosines[angle], s: sines[angle])
                    }
                    half *= 2
                }
            }
        }
    }

    private func butterflies(
        _ real: UnsafeMutableBufferPointer<Double>,
        _ imaginary: UnsafeMutableBufferPointer<Double>,
        from start: Int,
        half: Int,
        c: Double,
        s: Double
    ) {
        var low = start
        while low < size {
            let high = low + half
            let x = real[high] * c - imaginary[high] * s
            let y = real[high] * s + imaginary[high] * c
            real[high] = real[low] - x
            imaginary[high] = imaginary[low] - y
            real[low] += x
            imaginary[low] += y
            low += 2 * half
        }
    }
}
