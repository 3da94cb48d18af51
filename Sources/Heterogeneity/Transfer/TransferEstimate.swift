import Foundation
import Numerics

/// A mean over validation samples and seeds, and how uncertain it is.
struct TransferEstimate: Sendable, Equatable {
    /// Draws of the bootstrap.
    static let draws = 200

    var value: Double
    var standardError: Double

    /// The mean of per-sample numbers that several seeds measured on the same validation samples.
    ///
    /// Its standard error has two independent sources: which samples the validation split holds (bootstrap over samples of
    /// the mean over seeds) and which seeds were drawn (variance of the seeds' means). With one seed only the first is
    /// known.
    ///
    /// - Parameter samples: seed → one number per validation sample; equally many for every seed.
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
        for _ in 0..<TransferEstimate.draws {
            var total = 0.0
            for _ in 0..<count { total += overSeeds[Int(random.next() % UInt64(count))] }
            let deviation = total / Double(count) - mean
            squares += deviation * deviation
        }
        var variance = squares / Double(TransferEstimate.draws)
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
