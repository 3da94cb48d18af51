/// The transfers to one target, which have the trainings they are compared with in common.
///
/// A transfer is the mean over seeds of the loss after a start from another entry, less the mean of the loss after random
/// starts, of which there may be more. How much single trainings vary with the seed is a matter of the target much more than of
/// the source: it is estimated from all trainings of the target together, since two or three seeds of one transfer say next to
/// nothing about their own variance.
struct TargetTransfers {
    /// How uncertain each transfer is apart from what all of them have in common: the random starts, what a seed does to all trainings
    /// alike, and how hard the validation samples are. In the order of the sources.
    let ownErrors: [Double]
    /// Mean loss after random starts of every validation sample.
    private let compared: [Double]
    /// How many random starts there are.
    private let randomStarts: Int
    /// Variances over seeds of a mean loss after a random start and after another, and their covariance for equal seeds.
    private let variance: (random: Double, reached: Double, covariance: Double)

    /// - Parameters:
    ///   - random: losses after random starts, seed → validation sample; the seeds of transfers come first.
    ///   - losses: losses after starts from other entries, source → seed → validation sample.
    init(random: [[Double]], reached losses: [[[Double]]]) {
        compared = TargetTransfers.overSeeds(random)
        randomStarts = random.count
        let own = random.map(TargetTransfers.mean)
        var pooled = Pooled()
        var products = Pooled()
        for source in losses {
            let means = source.map(TargetTransfers.mean)
            pooled.add(means, means)
            products.add(means, Array(own.prefix(means.count)))
        }
        var alone = Pooled()
        alone.add(own, own)
        // A training varies much alike from whatever start: where one of the two variances is unknown, the other stands for it.
        let random = alone.value ?? pooled.value ?? 0
        let reached = pooled.value ?? random
        let most = (random * reached).squareRoot()
        variance = (random, reached, min(max(products.value ?? 0, -most), most))
        ownErrors = TargetTransfers.ownErrors(losses, variance: reached)
    }

    /// The transfer from a source whose losses are given, seed → validation sample, and its standard error: bootstrap over
    /// validation samples, and variance over seeds.
    func transfer(_ reached: [[Double]], seed: UInt64) -> TransferEstimate {
        let overSeeds = zip(TargetTransfers.overSeeds(reached), compared).map { $0 - $1 }
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
        // One of the sources' freedoms goes to what they have in common.
        let training = residuals.value.map { $0 * sources / (sources - 1) } ?? variance
        let samples = reached.map(overSeeds)
        let common = (samples.first ?? []).indices.map { index in samples.reduce(0) { $0 + $1[index] } / sources }
        return samples.map { own in
            let differences = zip(own, common).map { $0 - $1 }
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

    /// A variance or covariance of several short series that have means of their own.
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

        /// Nothing where no series has two values.
        var value: Double? { freedom > 0 ? sum / Double(freedom) : nil }
    }
}
