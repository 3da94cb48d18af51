import Dispatch
import Foundation
import HighMMT
import Multimodal
import Torch
import Training

/// Measures how much training on one entry helps or harms another, for all entries of a suite or some pairs of them.
///
/// T(X1→X2; Y) = L*(1→2) − L*(2) (paper, Eq. 1–8): L*(2) from a random start, L*(1→2) from the encoder (for pairs also the
/// crossmodal block) of the predictor that was trained on X1, with a fresh head. Both get the same budget, the same order of
/// samples and the same fresh parameters, and L* is the validation loss of the best epoch (``CrossFittedMinimum``). With
/// ``TransferBudget/targetSamples`` both learn from fewer samples than the predictor of X1 did.
public struct TransferMeasurement: Sendable {
    /// Which heterogeneity.
    public let kind: HeterogeneityKind
    /// The entries, in the order of the matrix.
    public let entries: [TransferEntry]
    /// What every training may spend.
    public let budget: TransferBudget
    /// How transfers are measured.
    public let estimator: TransferEstimator

    /// What sources learn from.
    let data: [EntryData]
    /// What transfers and the trainings they are compared with learn from.
    let targets: [EntryData]
    let training: PredictorTraining
    /// Trainings: those from random starts, and with the exact estimator all.
    let records: TransferRecords
    /// What transfers are read from: the trainings, or the probes.
    let results: TransferRecords
    let seeds: [UInt64]
    /// Seeds of random starts beyond those.
    let extraSeeds: [UInt64]

    /// Reads the data of all entries and opens the folder of finished trainings.
    ///
    /// - Parameters:
    ///   - tasks: the opened tasks whose streams or pairs are compared.
    ///   - folder: where finished trainings are kept.
    /// - Throws: ``HeterogeneityError`` when there are fewer than two entries or too few samples; what reading throws.
    public init(
        _ kind: HeterogeneityKind, of suite: Suite, tasks: [OpenedTask], budget: TransferBudget, folder: String,
        estimator: TransferEstimator = .exact
    ) throws {
        try budget.validate()
        entries = kind == .modalities ? TransferEntry.streams(of: tasks) : TransferEntry.pairs(of: tasks)
        guard entries.count >= 2 else {
            let words = kind == .modalities ? "stream" : "pair of streams"
            throw HeterogeneityError("\(suite.name): \(entries.count) \(words), expected at least 2 to compare")
        }
        let shapes = SuiteModel.shapes(of: tasks, in: suite)
        data = try entries.map { entry in
            guard let task = tasks.first(where: { $0.name == entry.task }),
                let shape = shapes.first(where: { $0.name == entry.task })
            else { throw HeterogeneityError("\(entry): the suite has no such task") }
            return try EntryData(entry, of: task, shape: shape, budget: budget)
        }
        targets = try data.map { try $0.target(budget) }
        training = PredictorTraining(
            configuration: SuiteModel.configuration(of: suite, tasks: shapes),
            identityNames: Set(shapes.flatMap { $0.modalities.map(\.identity) }).sorted(),
            adam: .init(learningRate: suite.training.learningRate, weightDecay: suite.training.predictorWeightDecay),
            budget: budget)
        records = try TransferRecords(folder: folder)
        results = estimator == .exact ? records : try TransferRecords(folder: "\(folder)/probes")
        self.estimator = estimator
        seeds = (0..<budget.seeds).map { suite.seed &+ UInt64($0) }
        let references = estimator == .exact ? budget.referenceSeeds ?? budget.seeds : budget.seeds
        extraSeeds = (budget.seeds..<max(budget.seeds, references)).map { suite.seed &+ UInt64($0) }
        self.kind = kind
        self.budget = budget
    }

    /// Does the trainings that are not finished yet.
    ///
    /// Every training runs on one thread, so that results do not depend on the number of workers.
    ///
    /// - Parameters:
    ///   - pairs: the pairs to measure, in both directions; all when nothing is given.
    ///   - shard: the part to do.
    ///   - workers: trainings at the same time.
    /// - Returns: whether this part is finished; false when `shouldStop` said so.
    /// - Throws: ``HeterogeneityError`` when a loss is not finite; `FileError` when a record cannot be written.
    public func run(
        pairs: [EntryPair]? = nil, shard: TransferShard = .whole, workers: Int = 1,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Bool {
        let starts = startJobs(shard)
        let transfers = transferJobs(pairs, shard)
        let open = [starts, transfers].map { $0.filter { !isFinished($0) } }
        var pending = Array(repeating: 0.0, count: entries.count)
        for job in open.joined() { pending[job.to] += weight(job) }
        let total = starts.count + transfers.count
        let clock = TransferClock(
            work: targets.map { $0.work * Double($0.steps(budget)) }, pending: pending,
            done: total - open.reduce(0) { $0 + $1.count }, workers: workers)
        return try SingleThreading.run {
            for jobs in open {
                try ParallelJobs.run(count: jobs.count, workers: workers) { index in
                    let began = DispatchTime.now().uptimeNanoseconds
                    let processorBegan = ThreadTime.now
                    guard !shouldStop(), try perform(jobs[index], shouldStop) else { return }
                    let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
                    let state = clock.finish(jobs[index].to, weight: weight(jobs[index]), seconds: seconds)
                    progress(
                        TransferProgress(
                            kind: kind, done: state.done, total: total, secondsLeft: state.secondsLeft,
                            last: words(jobs[index]), processorSeconds: ThreadTime.now - processorBegan))
                }
                guard !shouldStop() else { return false }
            }
            return true
        }
    }

    /// Takes over what other machines have finished.
    ///
    /// - Parameter folders: folders of finished trainings of the same measurement.
    /// - Throws: `FileError` that names the file when one cannot be copied.
    public func merge(_ folders: [String]) throws {
        for folder in folders {
            try records.merge(folder)
            if estimator == .probe { try results.merge("\(folder)/probes") }
        }
    }

    func directions(_ pairs: [EntryPair]?) -> [(from: Int, to: Int)] {
        (pairs ?? EntryPair.all(of: entries.count)).flatMap { [($0.first, $0.second), ($0.second, $0.first)] }
    }
}
