/// The transfers to one target, which share the trainings that they are compared with.
///
/// A transfer is the difference of two mean losses: over seeds after a start from another entry,
/// minus over random starts, of which there may be more. The variance over seeds depends mostly on
/// the target, so it is pooled over all trainings of the target. The two or three seeds of one
/// transfer are too few to estimate it.
struct TargetTransfers {
    /// The uncertainty of each transfer, in the order of the sources, without the part that all of
    /// them share. The shared part comes from the random starts, from the common effect of each
    /// seed and from the difficulty of the validation samples.
    let ownErrors: [Double]
    /// The mean loss of every validation sample after random starts.
    private let compared: [Double]
    /// The number of random starts.
    private let randomStarts: Int
    /// The variances over seeds of the mean loss after a random start and after another start, and
    /// their covariance for equal seeds.
    private let variance: (random: Double, reached: Double, covariance: Double)

    /// Estimates the variances from the losses of all trainings of a target.
    ///
    /// - Parameters:
    ///   - random: Losses after random starts, seed → validation sample. The seeds of transfers
    ///     come first.
    ///   - losses: Losses after starts from other entries, source → seed → validation sample.
    init(random: [[Double]], reached losses: [[[Double]]]) {
        compared = Self.overSeeds(random)
        randomStarts = random.count
        let randomMeans = random.map(Self.mean)
        var pooled = Pooled()
        var products = Pooled()
        for source in losses {
            let means = source.map(Self.mean)
            pooled.add(means, means)
            products.add(means, Array(randomMeans.prefix(means.count)))
        }
        var alone = Pooled()
        alone.add(randomMeans, randomMeans)
        // Trainings vary about equally from any start. If one of the variances is unknown, the
        // other replaces it.
        let randomVariance = alone.value ?? pooled.value ?? 0
        let reachedVariance = pooled.value ?? randomVariance
        let limit = (randomVariance * reachedVariance).squareRoot()
        variance = (randomVariance, reachedVariance, min(max(products.value ?? 0, -limit), limit))
        ownErrors = Self.ownErrors(losses, variance: reachedVariance)
    }

    /// Returns the transfer from a source with its standard error, which combines a bootstrap over
    /// validation samples and the variance over seeds.
    ///
    /// - Parameters:
    ///   - reached: Losses after starts from the source, seed → validation sample.
    ///   - seed: The seed of the bootstrap.
    func transfer(_ reached: [[Double]], seed: UInt64) -> TransferEstimate {
        let overSeeds = zip(Self.overSeeds(reached), compared).map { $0 - $1 }
        var estimate = TransferEstimate(mean: [overSeeds], seed: seed)
        let (trained, untrained) = (Double(reached.count), Double(randomStarts))
        let common = 2 * variance.covariance / max(trained, untrained)
        let seeds = max(0, variance.reached / trained + variance.random / untrained - common)
        estimate.standardError = (estimate.standardError * estimate.standardError + seeds).squareRoot()
        return estimate
    }

    private static func ownErrors(_ reached: [[[Double]]], variance: Double) -> [Double] {
        guard reached.count >= 2, let seeds = reached.first?.count, seeds >= 1 else {
            return reached.map { (variance / Double(max(1, $0.count))).squareRoot() }
        }
        let sources = Double(reached.count)
        let means = reached.map { $0.map(mean) }
        let ofSeeds = (0..<seeds).map { seed in means.reduce(0) { $0 + $1[seed] } / sources }
        var residuals = Pooled()
        for row in means { residuals.add(zip(row, ofSeeds).map { $0 - $1 }, zip(row, ofSeeds).map { $0 - $1 }) }
        // Estimating the common part uses up one degree of freedom of the sources.
        let training = residuals.value.map { $0 * sources / (sources - 1) } ?? variance
        let samples = reached.map(overSeeds)
        let common = (samples.first ?? []).indices.map { index in samples.reduce(0) { $0 + $1[index] } / sources }
        return samples.map { losses in
            let differences = zip(losses, common).map { $0 - $1 }
            let count = Double(differences.count)
            let middle = mean(differences)
            let spread = differences.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / max(1, count - 1)
            return (training / Double(seeds) + spread / max(1, count)).squareRoot()
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    private static func overSeeds(_ losses: [[Double]]) -> [Double] {
        guard let first = losses.first else { return [] }
        return first.indices.map { sample in losses.reduce(0) { $0 + $1[sample] } / Double(losses.count) }
    }

    /// A variance or covariance pooled over several short series, each with its own mean.
    private struct Pooled {
        private var sum = 0.0
        private var freedom = 0

        mutating func add(_ left: [Double], _ right: [Double]) {
            let count = min(left.count, right.count)
            let (one, two) = (left.prefix(count), right.prefix(count))
            let means = (one.reduce(0, +) / Double(max(1, count)), two.reduce(0, +) / Double(max(1, count)))
            sum += zip(one, two).reduce(0) { $0 + ($1.0 - means.0) * ($1.1 - means.1) }
            freedom += max(0, count - 1)
        }

        /// The pooled value; `nil` when no series has two values.
        var value: Double? { freedom > 0 ? sum / Double(freedom) : nil }
    }
}
