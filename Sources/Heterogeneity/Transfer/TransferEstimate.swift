import Foundation
import Numerics

/// A mean over validation samples and seeds, with its standard error.
struct TransferEstimate: Sendable, Equatable {
    /// The number of bootstrap draws.
    static let draws = 200

    var value: Double
    var standardError: Double

    /// Computes the mean of values that several seeds measured on the same validation samples.
    ///
    /// The standard error combines two independent sources. One is the choice of validation
    /// samples, from a bootstrap of the mean over seeds. The other is the choice of seeds, from the
    /// variance of their means; it is unknown with a single seed.
    ///
    /// - Parameters:
    ///   - samples: Seed → one value per validation sample, equally many for every seed.
    ///   - seed: The seed of the bootstrap.
    init(mean samples: [[Double]], seed: UInt64) {
        let count = samples.map(\.count).min() ?? 0
        guard count > 0 else {
            self.init(value: 0, standardError: 0)
            return
        }
        let seeds = Double(samples.count)
        let overSeeds = (0..<count).map { index in samples.reduce(0) { $0 + $1[index] } / seeds }
        let mean = overSeeds.reduce(0, +) / Double(count)
        var random = SplitMix64(seed: seed)
        var squares = 0.0
        for _ in 0..<Self.draws {
            var total = 0.0
            for _ in 0..<count { total += overSeeds[Int(random.next() % UInt64(count))] }
            let deviation = total / Double(count) - mean
            squares += deviation * deviation
        }
        var variance = squares / Double(Self.draws)
        if samples.count > 1 {
            let means = samples.map { $0.prefix(count).reduce(0, +) / Double(count) }
            variance += means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (seeds - 1) / seeds
        }
        self.init(value: mean, standardError: variance.squareRoot())
    }

    private init(value: Double, standardError: Double) {
        self.value = value
        self.standardError = standardError
    }
}
