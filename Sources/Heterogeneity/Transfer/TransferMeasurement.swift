import HighMMT
import Multimodal
import Parallel
import Torch
import Training

/// Measures the transfer between all entries of a suite, or between a sample of its pairs.
///
/// The transfer is T(X1→X2; Y) = L*(1→2) − L*(2) (paper, Eq. 1–8). L*(2) is reached from a random
/// start. L*(1→2) is reached from the encoder, and for pairs the crossmodal block, of the predictor
/// trained on X1, with a newly initialised head. Both trainings have the same budget, sample order
/// and newly initialised parameters. L* is the validation loss at the best epoch, which held-out
/// training samples select (``TransferBudget/patience``) or the other validation samples
/// (`CrossFittedMinimum`). With ``TransferBudget/targetSamples``, both trainings use fewer samples
/// than the predictor of X1 did.
///
/// Inputs are read only when a training is missing. Finished trainings need only the targets.
public struct TransferMeasurement: Sendable {
    let plan: TransferPlan
    let results: TransferResults
    /// The samples of every entry without their inputs.
    let targets: [EntryTargets]

    private let tasks: [String: OpenedTask]
    private let shapes: [TaskShape]
    let training: PredictorTraining

    /// The kind of heterogeneity.
    public var kind: HeterogeneityKind { plan.kind }
    /// The entries, in the order of the matrix.
    public var entries: [TransferEntry] { plan.entries }
    /// The budget of every training.
    public var budget: TransferBudget { plan.budget }
    /// The estimator of transfers.
    public var estimator: TransferEstimator { plan.estimator }

    /// Chooses the samples of all entries and opens the folder of finished trainings.
    ///
    /// - Parameters:
    ///   - kind: The kind of heterogeneity.
    ///   - suite: The suite.
    ///   - tasks: The opened tasks whose streams or pairs are compared.
    ///   - budget: The budget of every training.
    ///   - folder: The folder of finished trainings, created if it does not exist.
    ///   - estimator: The estimator of transfers.
    /// - Throws: ``HeterogeneityError`` when there are fewer than two entries, too few samples, or
    ///   an invalid budget; `DatasetError`, `SafetensorsError` or `FileError` that names the file
    ///   when one cannot be read or created.
    public init(
        _ kind: HeterogeneityKind, of suite: Suite, tasks: [OpenedTask], budget: TransferBudget, folder: String,
        estimator: TransferEstimator = .exact
    ) throws {
        try budget.validate()
        let entries = kind.entries(of: tasks)
        guard entries.count >= 2 else {
            let words = kind == .modalities ? "stream" : "pair of streams"
            throw HeterogeneityError("\(suite.name): \(entries.count) \(words); expected at least 2 to compare")
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
        var recipe = TrainerRecipe(suite.training)
        recipe.schedule = .linear
        training = PredictorTraining(
            configuration: suite.modelConfiguration(for: shapes),
            identityNames: Set(shapes.flatMap { $0.modalities.map(\.identity) }).sorted(),
            adam: .init(learningRate: suite.training.learningRate, weightDecay: suite.training.weightDecay),
            recipe: recipe, budget: budget)
        results = try TransferResults(plan, folder: folder)
    }

    /// Runs the trainings that are not finished. The processes of a team share them.
    ///
    /// - Parameters:
    ///   - pairs: The pairs to measure, in both directions; `nil` measures all.
    ///   - shard: The part of the work to do.
    ///   - workers: The number of concurrent trainings. Results do not depend on it.
    ///   - progress: Receives the progress after every training, from worker threads.
    ///   - shouldStop: Returns true to stop; called from worker threads.
    /// - Returns: True when this part is finished; false when `shouldStop` returned true.
    /// - Throws: ``HeterogeneityError`` when a loss is not finite; `FileError` when a record cannot
    ///   be written; `DatasetError` or `SafetensorsError` when inputs cannot be read.
    public func run(
        pairs: [EntryPair]? = nil, shard: TransferShard = .whole, workers: Int = 1,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Bool {
        let team = Team.current
        try team.check(equalData: Array(tasks.values))
        let rounds = [
            plan.startJobs(shard, samples: targets.map(\.train.count)), plan.transferJobs(pairs, shard),
        ]
        let indices = try team.fromLead {
            try results.removeUnfinished()
            return rounds.map { jobs in jobs.indices.filter { !results.has(jobs[$0]) } }
        }
        let open = zip(rounds, indices).map { jobs, open in open.map { jobs[$0] } }
        let (total, remaining) = (rounds.joined().count, open.joined().count)
        guard remaining > 0 else { return try !team.any(shouldStop()) }
        return try TransferRunner(results, training: training, sources: sources()).run(
            open, done: total - remaining, workers: workers, progress: progress, shouldStop: shouldStop)
    }

    /// Returns the samples of all entries with their inputs.
    func sources() throws -> [EntryData] {
        try targets.map { targets in
            guard let task = tasks[targets.entry.task],
                let shape = shapes.first(where: { $0.name == targets.entry.task })
            else { throw HeterogeneityError("\(targets.entry): the suite has no such task") }
            return try EntryData(targets, of: task, shape: shape)
        }
    }

    /// Copies finished trainings of other machines that are missing here.
    ///
    /// - Parameter folders: Folders of finished trainings of the same measurement.
    /// - Throws: `FileError` that names the file when one cannot be copied.
    public func merge(_ folders: [String]) throws { for folder in folders { try results.merge(folder) } }

    /// Returns the matrices of the finished trainings.
    ///
    /// Unmeasured pairs are imputed by a low-rank model of distances or an additive model of
    /// transfers. The model with the smaller error on held-out pairs is used.
    ///
    /// - Parameter pairs: The measured pairs; `nil` means all.
    /// - Throws: ``HeterogeneityError`` when trainings are missing; ``MatrixError`` when a matrix
    ///   cannot be completed; `FileError` that names the file when a record is damaged.
    public func matrices(pairs: [EntryPair]? = nil) throws -> TransferMatrices {
        let isComplete = pairs.map { Set($0).count == entries.count * (entries.count - 1) / 2 } ?? true
        return try TransferMatrices(
            TransferLosses(results, targets: targets, pairs: pairs), isComplete: isComplete, estimator: estimator)
    }

    /// Returns the distances of the measured pairs, without imputing the others.
    ///
    /// - Throws: ``HeterogeneityError`` when trainings are missing; ``MatrixError`` when a value is
    ///   too large for a matrix; `FileError` that names the file when a record is damaged.
    public func sampled(pairs: [EntryPair]) throws -> (nats: SampledHeterogeneity, normalised: SampledHeterogeneity) {
        let losses = try TransferLosses(results, targets: targets, pairs: pairs)
        return (try losses.distances(.nats).sampled, try losses.distances(.normalised).sampled)
    }

    /// Returns the random-start trainings of an entry.
    ///
    /// - Throws: ``HeterogeneityError`` when some are not finished; `FileError` that names the file
    ///   when a record is damaged.
    func starts(of index: Int) throws -> [TransferRecord] {
        let records = try plan.seeds.compactMap {
            try results.trainings.record(.source, to: entries[index], seed: $0)
        }
        guard records.count == plan.seeds.count,
            records.allSatisfy({ $0.losses.count == targets[index].valid.count })
        else {
            throw HeterogeneityError(
                "\(entries[index]): some of its trainings are not finished; run the measurement again")
        }
        return records
    }
}
