/// Which trainings a measurement consists of, before any number is read or computed.
struct TransferPlan: Sendable {
    /// Which heterogeneity.
    let kind: HeterogeneityKind
    /// The entries, in the order of the matrix.
    let entries: [TransferEntry]
    /// What every training may spend.
    let budget: TransferBudget
    /// How transfers are measured.
    let estimator: TransferEstimator
    /// The seeds of all trainings.
    let seeds: [UInt64]
    /// Seeds of random starts beyond those, which transfers are compared with.
    let referenceSeeds: [UInt64]

    /// - Parameter seed: the first of the seeds.
    init(
        _ kind: HeterogeneityKind, entries: [TransferEntry], budget: TransferBudget,
        estimator: TransferEstimator = .exact,
        seed: UInt64
    ) {
        self.kind = kind
        self.entries = entries
        self.budget = budget
        self.estimator = estimator
        seeds = (0..<budget.seeds).map { seed &+ UInt64($0) }
        let references = estimator == .exact ? budget.referenceSeeds ?? budget.seeds : budget.seeds
        referenceSeeds = (budget.seeds..<max(budget.seeds, references)).map { seed &+ UInt64($0) }
    }

    /// What transfers to an entry are compared with: a training of its own, unless its source learned from as few samples.
    ///
    /// - Parameter samples: how many its source learns from.
    func reference(samples: Int) -> TransferStart {
        estimator == .exact && (budget.targetSamples ?? samples) < samples ? .reference : .source
    }

    /// Trainings from random starts: sources, and what transfers are compared with.
    ///
    /// - Parameter samples: how many the source of each entry learns from.
    func startJobs(_ shard: TransferShard, samples: [Int]) -> [TransferJob] {
        let own = entries.indices.filter(shard.holds)
        func jobs(_ start: TransferStart, _ entries: [Int], _ seeds: [UInt64]) -> [TransferJob] {
            seeds.flatMap { seed in entries.map { TransferJob(start: start, to: $0, seed: seed) } }
        }
        let compared = own.filter { reference(samples: samples[$0]) == .reference }
        return jobs(.source, own, seeds) + jobs(.reference, compared, seeds) + jobs(.reference, own, referenceSeeds)
    }

    /// Trainings, or probes, of pairs in both directions.
    ///
    /// - Parameter pairs: all when nothing is given.
    func transferJobs(_ pairs: [EntryPair]?, _ shard: TransferShard) -> [TransferJob] {
        // A probe is compared with the entry's own predictor, probed in the same way.
        let themselves = estimator == .probe ? entries.indices.map { (from: $0, to: $0) } : []
        let directions = (themselves + directions(pairs)).filter { shard.holds($0.from) }
        return seeds.flatMap { seed in
            directions.map { TransferJob(start: .transfer(entries[$0.from]), to: $0.to, seed: seed) }
        }
    }

    /// Both directions of pairs; of all when nothing is given.
    func directions(_ pairs: [EntryPair]?) -> [(from: Int, to: Int)] {
        (pairs ?? EntryPair.all(of: entries.count)).flatMap { [($0.first, $0.second), ($0.second, $0.first)] }
    }

    /// Whether a job is a ridge regression rather than a training.
    func isProbe(_ job: TransferJob) -> Bool {
        guard estimator == .probe, case .transfer = job.start else { return false }
        return true
    }

    /// What a job is remembered as: the probe of an entry's own predictor stands where a source would.
    func recorded(_ job: TransferJob) -> TransferStart {
        job.start == .transfer(entries[job.to]) ? .source : job.start
    }

    /// A job in words.
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
