/// The trainings of a measurement, planned before any data are read.
struct TransferPlan: Sendable {
    /// The kind of heterogeneity.
    let kind: HeterogeneityKind
    /// The entries, in the order of the matrix.
    let entries: [TransferEntry]
    /// The budget of every training.
    let budget: TransferBudget
    /// The estimator of transfers.
    let estimator: TransferEstimator
    /// The seeds of all trainings.
    let seeds: [UInt64]
    /// The additional seeds of random starts that transfers are compared with.
    let referenceSeeds: [UInt64]

    /// Creates a plan.
    ///
    /// - Parameters:
    ///   - kind: The kind of heterogeneity.
    ///   - entries: The entries, in the order of the matrix.
    ///   - budget: The budget of every training.
    ///   - estimator: The estimator of transfers.
    ///   - seed: The first seed.
    init(
        _ kind: HeterogeneityKind, entries: [TransferEntry], budget: TransferBudget,
        estimator: TransferEstimator = .exact, seed: UInt64
    ) {
        self.kind = kind
        self.entries = entries
        self.budget = budget
        self.estimator = estimator
        seeds = (0..<budget.seeds).map { seed &+ UInt64($0) }
        let references = estimator == .exact ? budget.referenceSeeds ?? budget.seeds : budget.seeds
        referenceSeeds = (budget.seeds..<max(budget.seeds, references)).map { seed &+ UInt64($0) }
    }

    /// Returns the start of the training that transfers to an entry are compared with. It is a
    /// separate training unless the source of the entry uses equally few samples.
    ///
    /// - Parameter samples: The number of training samples of the entry's source.
    func reference(samples: Int) -> TransferStart {
        estimator == .exact && (budget.targetSamples ?? samples) < samples ? .reference : .source
    }

    /// Returns the trainings from random starts: the sources, and the references of transfers.
    ///
    /// - Parameters:
    ///   - shard: The part of the work.
    ///   - samples: The number of training samples of each entry's source.
    func startJobs(_ shard: TransferShard, samples: [Int]) -> [TransferJob] {
        let held = entries.indices.filter(shard.holds)
        func jobs(_ start: TransferStart, _ entries: [Int], _ seeds: [UInt64]) -> [TransferJob] {
            seeds.flatMap { seed in entries.map { TransferJob(start: start, to: $0, seed: seed) } }
        }
        let compared = held.filter { reference(samples: samples[$0]) == .reference }
        return jobs(.source, held, seeds) + jobs(.reference, compared, seeds) + jobs(.reference, held, referenceSeeds)
    }

    /// Returns the trainings, or probes, of pairs in both directions.
    ///
    /// - Parameters:
    ///   - pairs: The pairs; `nil` uses all.
    ///   - shard: The part of the work.
    func transferJobs(_ pairs: [EntryPair]?, _ shard: TransferShard) -> [TransferJob] {
        // A probe is compared with the entry's own predictor, probed in the same way.
        let themselves = estimator == .probe ? entries.indices.map { (from: $0, to: $0) } : []
        let directions = (themselves + directions(pairs)).filter { shard.holds($0.from) }
        return seeds.flatMap { seed in
            directions.map { TransferJob(start: .transfer(entries[$0.from]), to: $0.to, seed: seed) }
        }
    }

    /// Returns both directions of the pairs; `nil` uses all pairs.
    func directions(_ pairs: [EntryPair]?) -> [(from: Int, to: Int)] {
        (pairs ?? EntryPair.all(of: entries.count)).flatMap { [($0.first, $0.second), ($0.second, $0.first)] }
    }

    /// Returns true when a job is a ridge regression instead of a training.
    func isProbe(_ job: TransferJob) -> Bool {
        guard estimator == .probe, case .transfer = job.start else { return false }
        return true
    }

    /// Returns the start under which a job is recorded. The probe of an entry's own predictor is
    /// recorded as a source.
    func recorded(_ job: TransferJob) -> TransferStart {
        job.start == .transfer(entries[job.to]) ? .source : job.start
    }

    /// Returns a description of a job.
    func words(_ job: TransferJob) -> String {
        let start =
            switch job.start {
            case .source: ""
            case .reference: "random start → "
            case .transfer(let from): "\(from) → "
            }
        return "\(start)\(entries[job.to]), seed \(job.seed)"
    }
}
