import HighMMT
import Multimodal
import Torch
import Training

/// Measures how much training on one entry helps or harms another, for all entries of a suite or some pairs of them.
///
/// T(X1→X2; Y) = L*(1→2) − L*(2) (paper, Eq. 1–8): L*(2) from a random start, L*(1→2) from the encoder (for pairs also the
/// crossmodal block) of the predictor that was trained on X1, with a fresh head. Both get the same budget, the same order of
/// samples and the same fresh parameters, and L* is the validation loss of the best epoch (`CrossFittedMinimum`). With
/// ``TransferBudget/targetSamples`` both learn from fewer samples than the predictor of X1 did.
///
/// Inputs are read only when a training is missing: what is finished needs targets alone.
public struct TransferMeasurement: Sendable {
    let plan: TransferPlan
    let results: TransferResults
    /// The samples of every entry without their inputs.
    let targets: [EntryTargets]

    private let tasks: [String: OpenedTask]
    private let shapes: [TaskShape]
    private let training: PredictorTraining

    /// Which heterogeneity.
    public var kind: HeterogeneityKind { plan.kind }
    /// The entries, in the order of the matrix.
    public var entries: [TransferEntry] { plan.entries }
    /// What every training may spend.
    public var budget: TransferBudget { plan.budget }
    /// How transfers are measured.
    public var estimator: TransferEstimator { plan.estimator }

    /// Chooses the samples of all entries and opens the folder of finished trainings.
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
        let entries = kind.entries(of: tasks)
        guard entries.count >= 2 else {
            let words = kind == .modalities ? "stream" : "pair of streams"
            throw HeterogeneityError("\(suite.name): \(entries.count) \(words), expected at least 2 to compare")
        }
        self.tasks = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0) })
        shapes = suite.taskShapes(of: tasks)
        plan = TransferPlan(kind, entries: entries, budget: budget, estimator: estimator, seed: suite.seed)
        targets = try entries.map { entry in
            guard let task = tasks.first(where: { $0.name == entry.task }) else {
                throw HeterogeneityError("\(entry): the suite has no such task")
            }
            return try EntryTargets(entry, of: task, budget: budget)
        }
        training = PredictorTraining(
            configuration: suite.modelConfiguration(for: shapes),
            identityNames: Set(shapes.flatMap { $0.modalities.map(\.identity) }).sorted(),
            adam: .init(learningRate: suite.training.learningRate, weightDecay: suite.training.weightDecay),
            budget: budget)
        results = try TransferResults(plan, folder: folder)
    }

    /// Does the trainings that are not finished yet.
    ///
    /// - Parameters:
    ///   - pairs: the pairs to measure, in both directions; all when nothing is given.
    ///   - shard: the part to do.
    ///   - workers: trainings at the same time; results do not depend on it.
    /// - Returns: whether this part is finished; false when `shouldStop` said so.
    /// - Throws: ``HeterogeneityError`` when a loss is not finite; `FileError` when a record cannot be written.
    public func run(
        pairs: [EntryPair]? = nil, shard: TransferShard = .whole, workers: Int = 1,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Bool {
        let rounds = [
            plan.startJobs(shard, samples: targets.map(\.train.count)), plan.transferJobs(pairs, shard),
        ]
        let open = rounds.map { $0.filter { !results.has($0) } }
        let (total, left) = (rounds.joined().count, open.joined().count)
        guard left > 0 else { return !shouldStop() }
        return try TransferRunner(results, training: training, sources: sources()).run(
            open, done: total - left, workers: workers, progress: progress, shouldStop: shouldStop)
    }

    private func sources() throws -> [EntryData] {
        try targets.map { targets in
            guard let task = tasks[targets.entry.task],
                let shape = shapes.first(where: { $0.name == targets.entry.task })
            else { throw HeterogeneityError("\(targets.entry): the suite has no such task") }
            return try EntryData(targets, of: task, shape: shape)
        }
    }

    /// Takes over what other machines have finished.
    ///
    /// - Parameter folders: folders of finished trainings of the same measurement.
    /// - Throws: `FileError` that names the file when one cannot be copied.
    public func merge(_ folders: [String]) throws { for folder in folders { try results.merge(folder) } }

    /// The matrices of the finished trainings.
    ///
    /// - Parameter pairs: the pairs that were measured; the others are filled in by a low-rank model of distances or an additive
    ///   model of transfers, whichever errs less on pairs that it has not seen.
    /// - Throws: ``HeterogeneityError`` when trainings are missing; an error that names the file when one is damaged.
    public func matrices(pairs: [EntryPair]? = nil) throws -> TransferMatrices {
        let isComplete = pairs.map { Set($0).count == entries.count * (entries.count - 1) / 2 } ?? true
        return try TransferMatrices(
            TransferLosses(results, targets: targets, pairs: pairs), isComplete: isComplete, estimator: estimator)
    }

    /// The distances of the pairs that were measured, the others left open.
    ///
    /// - Throws: ``HeterogeneityError`` when trainings are missing; an error that names the file when one is damaged.
    public func sampled(
        pairs: [EntryPair]
    ) throws -> (nats: SampledHeterogeneity, normalised: SampledHeterogeneity) {
        let losses = try TransferLosses(results, targets: targets, pairs: pairs)
        return (try losses.distances(.nats).sampled, try losses.distances(.normalised).sampled)
    }

    /// The trainings of an entry from random starts.
    ///
    /// - Throws: ``HeterogeneityError`` when not all are finished; an error that names the file when one is damaged.
    func starts(of index: Int) throws -> [TransferRecord] {
        let found = try plan.seeds.compactMap {
            try results.trainings.record(.source, to: entries[index], seed: $0)
        }
        guard found.count == plan.seeds.count,
            found.allSatisfy({ $0.losses.count == targets[index].valid.count })
        else { throw HeterogeneityError("\(entries[index]): not all its trainings are finished") }
        return found
    }
}
