/// One training of a measurement, or one probe.
struct TransferJob: Sendable {
    /// Where it starts.
    var start: TransferStart
    /// The entry it learns, by its position.
    var to: Int
    /// The seed of everything that is fresh.
    var seed: UInt64
}

extension TransferMeasurement {
    /// What transfers to an entry are compared with: a training of its own, unless its source learned from as few samples.
    func reference(of entry: Int) -> TransferStart {
        estimator == .exact && targets[entry].train.count < data[entry].train.count ? .reference : .source
    }

    /// Trainings from random starts: sources, and what transfers are compared with.
    func startJobs(_ shard: TransferShard) -> [TransferJob] {
        let own = entries.indices.filter(shard.holds)
        let sources = seeds.flatMap { seed in own.map { TransferJob(start: .source, to: $0, seed: seed) } }
        let few = own.filter { reference(of: $0) == .reference }
        let references = seeds.flatMap { seed in few.map { TransferJob(start: .reference, to: $0, seed: seed) } }
        let extra = extraSeeds.flatMap { seed in own.map { TransferJob(start: .reference, to: $0, seed: seed) } }
        return sources + references + extra
    }

    /// Trainings, or probes, of the given pairs in both directions.
    func transferJobs(_ pairs: [EntryPair]?, _ shard: TransferShard) -> [TransferJob] {
        // A probe is compared with the entry's own predictor, probed in the same way.
        let own = estimator == .probe ? entries.indices.map { (from: $0, to: $0) } : []
        let directions = (own + directions(pairs)).filter { shard.holds($0.from) }
        return seeds.flatMap { seed in
            directions.map { TransferJob(start: .transfer(entries[$0.from]), to: $0.to, seed: seed) }
        }
    }

    func isFinished(_ job: TransferJob) -> Bool {
        let folder = isProbe(job) ? results : records
        return folder.has(recorded(job), to: entries[job.to], seed: job.seed)
    }

    /// The time of a job in trainings of its target.
    func weight(_ job: TransferJob) -> Double {
        // A probe takes about as long as a twentieth of a training.
        if isProbe(job) { return 0.05 }
        guard job.start == .source else { return 1 }
        return Double(data[job.to].steps(budget)) / Double(targets[job.to].steps(budget))
    }

    func words(_ job: TransferJob) -> String {
        let start =
            switch job.start {
            case .source: ""
            case .reference: "random start → "
            case .transfer(let from): "\(from) → "
            }
        return "\(start)\(entries[job.to]), seed \(job.seed)"
    }

    /// Does one job and remembers what it found; false when `shouldStop` said so.
    func perform(_ job: TransferJob, _ shouldStop: () -> Bool) throws -> Bool {
        let entry = entries[job.to]
        let samples = job.start == .source ? data[job.to] : targets[job.to]
        var source: TransferEntry?
        if case .transfer(let from) = job.start { source = from }
        let start = try source.map { try records.shared(of: $0, seed: job.seed) }
        if isProbe(job) {
            let model = try training.model(of: samples, from: start, seed: job.seed)
            let record = TransferRecord(
                from: source == entry ? nil : source?.description, to: entry.description, seed: job.seed,
                epochLosses: [], losses: try samples.probeLosses(model))
            try results.write(record, recorded(job), to: entry)
            return true
        }
        guard let trained = try training.train(samples, from: start, seed: job.seed, shouldStop: shouldStop) else {
            return false
        }
        // The parameters go first: where the record is, they are.
        if job.start == .source { try records.write(shared: trained.shared, of: entry, seed: job.seed) }
        let record = TransferRecord(
            from: source?.description, to: entry.description, seed: job.seed, epochLosses: trained.epochLosses,
            losses: trained.losses, predicted: source == nil ? samples.discretised(trained.predicted) : nil)
        try records.write(record, job.start, to: entry)
        return true
    }

    private func isProbe(_ job: TransferJob) -> Bool {
        guard estimator == .probe, case .transfer = job.start else { return false }
        return true
    }

    /// What a job is remembered as: the probe of an entry's own predictor stands where a source would.
    private func recorded(_ job: TransferJob) -> TransferStart {
        job.start == .transfer(entries[job.to]) ? .source : job.start
    }
}
