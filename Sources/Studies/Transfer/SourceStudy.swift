import Heterogeneity
import Multimodal
import Numerics
import Parallel
import Training

/// Transfers every other task of a suite to every task, one source at a time: is the source that
/// heterogeneity chooses a good one?
public struct SourceStudy {
    /// The suite. Tasks with the role `transfer` are left out.
    public var suite: Suite
    /// The heterogeneity of the streams of the suite, with transfers.
    public var modalities: HeterogeneityMatrix
    /// The shares of the training labels of the new task.
    public var labels: [Double]
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(
        _ suite: Suite, modalities: HeterogeneityMatrix, labels: [Double], seeds: Int, training: StudyTraining
    ) {
        self.suite = suite
        self.modalities = modalities
        self.labels = labels
        self.seeds = seeds
        self.training = training
    }

    /// Trains the missing runs and compares the choices. Also writes `sources.json`, `sources.csv`
    /// and `choices.csv` into the folder of the study.
    ///
    /// - Throws: `ConfigurationError` when the suite has fewer than three tasks to train;
    ///   `RunError` when a task is not in the matrix; `Interruption` when the study was stopped;
    ///   the errors of trainings.
    public func run() throws -> Result {
        let tasks = suite.tasks.filter { $0.value.role == .train }.keys.sorted()
        guard tasks.count >= 3 else {
            throw ConfigurationError(
                file: suite.file, key: "tasks",
                reason: "\(tasks.count) to train, expected at least 3, so that there is a choice of sources")
        }
        let transfers = try transfers(tasks)
        try training.settle(suite)
        let trainings = try TransferTrainings(suite: suite, labels: labels, training: training)
        let trials = trials(tasks)
        try trainings.share(trials)
        try Team.current.dismissHelpers()
        var outcomes: [Key: SourceGains.Outcome] = [:]
        // Seeds side by side: after each seed, all choices can be compared.
        for trial in trials {
            for (share, result) in zip(labels, try trainings.results(of: trial)) {
                guard let own = result.result.tasks[trial.task], let score = SuiteScore.share(of: own) else { continue }
                outcomes[Key(task: trial.task, source: trial.sources.first, labels: share, seed: trial.seed)] =
                    SourceGains.Outcome(
                        score: score, validation: try training.validationScore(trial.name(labels: share)))
            }
        }
        let allSeeds = suite.seeds(seeds)
        let gains = labels.map { share in
            SourceGains(labels: share, transfers: transfers, seeds: seeds) { task, source, seed in
                outcomes[Key(task: task, source: source, labels: share, seed: allSeeds[seed])]
            }
        }
        let result = Result(
            suite: suite.name, split: training.split, cells: gains.flatMap(\.cells),
            choices: gains.flatMap { gain in SourceChoice.allCases.compactMap(gain.chosen) },
            correlations: gains.reduce(into: [:]) { all, gain in all["\(gain.labels)"] = gain.correlation })
        try training.write(result, result.table, named: "sources")
        try training.write(result.choiceTable, named: "choices")
        return result
    }

    /// A task after one source, or from scratch, with one seed.
    private struct Key: Hashable {
        var task: String
        var source: String?
        var labels: Double
        var seed: UInt64
    }

    private func trials(_ tasks: [String]) -> [TransferTrial] {
        suite.seeds(seeds).flatMap { seed in
            tasks.flatMap { task in
                [TransferTrial(task: task, sources: [], seed: seed, start: "scratch")]
                    + tasks.filter { $0 != task }.map {
                        TransferTrial(task: task, sources: [$0], seed: seed, start: "after-\($0)")
                    }
            }
        }
    }

    /// Returns task → source → transfer.
    private func transfers(_ tasks: [String]) throws -> [String: [String: Double]] {
        try tasks.reduce(into: [:]) { all, task in
            for source in tasks where source != task {
                guard let transfer = modalities.transfer(from: source, to: task) else {
                    throw RunError(
                        "the matrix of streams lacks those of '\(task)' or '\(source)'; to measure them: "
                            + "highmmt heterogeneity SUITE --only modalities")
                }
                all[task, default: [:]][source] = transfer
            }
        }
    }
}
