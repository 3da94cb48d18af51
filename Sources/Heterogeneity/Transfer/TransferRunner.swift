import Dispatch
import Parallel
import Torch

/// Runs the trainings and probes of a measurement.
struct TransferRunner: Sendable {
    private let plan: TransferPlan
    private let results: TransferResults
    private let training: PredictorTraining
    /// The samples of sources.
    private let sources: [EntryData]
    /// The samples of transfers and of the trainings that they are compared with.
    private let targets: [EntryData]

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - results: The records of the measurement.
    ///   - training: The training of predictors.
    ///   - sources: The samples of every entry of the plan, in its order.
    init(_ results: TransferResults, training: PredictorTraining, sources: [EntryData]) throws {
        plan = results.plan
        self.results = results
        self.training = training
        self.sources = sources
        targets = try sources.map { try $0.limited(to: results.plan.budget) }
    }

    /// Runs jobs in rounds. Every round needs the results of the earlier ones.
    ///
    /// Every training runs on one thread, so results do not depend on the number of workers. The
    /// processes of a team take the jobs of a round in turn, the longest first.
    ///
    /// - Parameters:
    ///   - rounds: The jobs of each round, equal in all processes of a team.
    ///   - done: The number of jobs done by earlier runs, for the progress.
    ///   - workers: The number of concurrent trainings of each process.
    ///   - progress: Receives the progress after every job, from worker threads.
    ///   - shouldStop: Returns true to stop; called from worker threads.
    /// - Returns: True when all jobs are done; false when `shouldStop` returned true.
    /// - Throws: ``HeterogeneityError`` when a loss is not finite; `FileError` when a record cannot
    ///   be written.
    func run(
        _ rounds: [[TransferJob]], done: Int, workers: Int, progress: @escaping @Sendable (TransferProgress) -> Void,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws -> Bool {
        let (plan, team) = (plan, Team.current)
        var pending = Array(repeating: 0.0, count: plan.entries.count)
        for job in rounds.joined() { pending[job.to] += weight(job) }
        let total = rounds.reduce(done) { $0 + $1.count }
        let clock = TransferClock(
            work: targets.map { $0.work * Double($0.steps(plan.budget)) }, pending: pending, done: done,
            workers: workers * team.size)
        var before = done
        for jobs in rounds {
            let jobs = longestFirst(jobs)
            let queue = team.jobs(jobs.count)
            let earlier = before
            try ParallelJobs.run(queue, workers: workers) { index in
                let began = DispatchTime.now().uptimeNanoseconds
                let processorBegan = ThreadTime.now
                guard !shouldStop(),
                    try LibTorch.withOneThread({ try perform(jobs[index], shouldStop) })
                else { return }
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
                let state = clock.finish(jobs[index].to, weight: weight(jobs[index]), seconds: seconds)
                let finished = max(state.done, earlier + queue.finish())
                // The clock knows only the trainings of this process.
                let left = state.secondsLeft * Double(total - finished) / Double(max(1, total - state.done))
                progress(
                    TransferProgress(
                        kind: plan.kind, done: finished, total: total, secondsLeft: left,
                        last: plan.words(jobs[index]), processorSeconds: ThreadTime.now - processorBegan))
            }
            guard try !team.any(shouldStop()) else { return false }
            if team.size > 1 { try results.awaitRecords(of: jobs) }
            before += jobs.count
            try team.comparePace(clock.pace)
        }
        return true
    }

    /// Returns jobs in the order of their expected times, so that none is left for the end.
    private func longestFirst(_ jobs: [TransferJob]) -> [TransferJob] {
        let times = jobs.map { weight($0) * targets[$0.to].work * Double(targets[$0.to].steps(plan.budget)) }
        return jobs.indices.sorted { (times[$1], $0) < (times[$0], $1) }.map { jobs[$0] }
    }

    /// Returns the time of a job, as a multiple of a training of its target.
    private func weight(_ job: TransferJob) -> Double {
        // A probe takes about a twentieth of the time of a training.
        if plan.isProbe(job) { return 0.05 }
        guard job.start == .source else { return 1 }
        return Double(sources[job.to].steps(plan.budget)) / Double(targets[job.to].steps(plan.budget))
    }

    /// Runs one job and writes its record. Returns false when `shouldStop` returned true.
    private func perform(_ job: TransferJob, _ shouldStop: () -> Bool) throws -> Bool {
        let entry = plan.entries[job.to]
        let samples = job.start == .source ? sources[job.to] : targets[job.to]
        var source: TransferEntry?
        if case .transfer(let from) = job.start { source = from }
        let start = try source.map { try results.trainings.shared(of: $0, seed: job.seed) }
        if plan.isProbe(job) {
            let model = try training.model(of: samples, from: start, seed: job.seed)
            let record = TransferRecord(
                from: source == entry ? nil : source?.description, to: entry.description, seed: job.seed,
                epochLosses: [], losses: try samples.probeLosses(model))
            try results.measurements.write(record, plan.recorded(job), to: entry)
            return true
        }
        guard let trained = try training.train(samples, from: start, seed: job.seed, shouldStop: shouldStop) else {
            return false
        }
        // The parameters are written first, so that they exist whenever the record does.
        if job.start == .source { try results.trainings.write(shared: trained.shared, of: entry, seed: job.seed) }
        let record = TransferRecord(
            from: source?.description, to: entry.description, seed: job.seed, epochLosses: trained.epochLosses,
            losses: trained.losses,
            predicted: source == nil ? samples.targets.discretised(trained.predicted) : nil)
        try results.trainings.write(record, job.start, to: entry)
        return true
    }
}
