import Foundation

/// Converts sound to another sampling rate, with a windowed sinc as the low-pass filter.
///
/// Smith, Digital Audio Resampling, https://ccrma.stanford.edu/~jos/resample/. The window is
/// Kaiser's with β = 8, over sixteen zero crossings on each side.
struct Resampling {
    private static let crossings = 16.0
    private static let beta = 8.0
    /// The number of new samples per `down` old ones.
    private let up: Int
    private let down: Int
    /// The weights of each phase, beginning `reach` samples before the old sample at or before it.
    private let phases: [[Float]]
    private let reach: Int

    /// Creates a conversion; `nil` if the ratio of the rates needs more than 4096 phases.
    init?(from old: Int, to new: Int) {
        guard old > 0, new > 0 else { return nil }
        var (a, b) = (old, new)
        while b != 0 { (a, b) = (b, a % b) }
        let (up, down) = (new / a, old / a)
        let cutoff = min(1, Double(new) / Double(old))
        let reach = Int((Self.crossings / cutoff).rounded(.up))
        guard up <= 4096, reach <= 1 << 14 else { return nil }
        self.up = up
        self.down = down
        self.reach = reach
        let scale = Self.bessel(Self.beta)
        phases = (0..<up).map { phase in
            let weights = (-reach...reach + 1).map { tap in
                let distance = Double(tap) - Double(phase) / Double(up)
                let place = distance * cutoff
                guard abs(place) < Self.crossings else { return 0.0 }
                let share = place / Self.crossings
                let sinc = place == 0 ? 1 : sin(.pi * place) / (.pi * place)
                return sinc * Self.bessel(Self.beta * (1 - share * share).squareRoot()) / scale
            }
            // A constant stays the same constant.
            let sum = weights.reduce(0, +)
            return weights.map { Float($0 / sum) }
        }
    }

    /// Returns the samples at the new rate.
    func resampled(_ samples: [Float]) -> [Float] {
        guard up != down else { return samples }
        let count = (samples.count * up + down - 1) / down
        return (0..<count).map { index in
            let (centre, phase) = (index * down / up, index * down % up)
            var sum: Float = 0
            for (tap, weight) in phases[phase].enumerated() {
                let source = centre + tap - reach
                if source >= 0, source < samples.count { sum += weight * samples[source] }
            }
            return sum
        }
    }

    /// Returns the modified Bessel function of the first kind of order zero.
    private static func bessel(_ x: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for k in 1...40 {
            term *= (x / 2 / Double(k)) * (x / 2 / Double(k))
            sum += term
        }
        return sum
    }
}
