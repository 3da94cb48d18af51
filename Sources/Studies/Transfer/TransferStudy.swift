import Method
import Multimodal
import Numerics
import Parallel
import Torch
import Training

/// Leaves out every task once, and transfers models of more and more of the other tasks to it, with
/// parts of its labels.
///
/// Source: Table 3 and Figure 9 of Liang et al. 2023, which has 0 to 3 source tasks. Scores are
/// those of the fine-tuned model.
public struct TransferStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// One task with one number of sources and one share of its labels.
        public struct Cell: Codable, Sendable {
            /// The task that was left out.
            public var task: String
            /// The number of source tasks; 0 is training from scratch.
            public var sources: Int
            /// The share of the training labels.
            public var labels: Double
            /// The number of training rows whose labels are used.
            public var rows: Int
            /// The metric.
            public var metric: Metric
            /// The scores.
            public var score: SeedMean
            /// The score minus that without sources, paired by seed, positive when the sources
            /// help. `nil` without sources.
            public var gain: PairedTest?
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
        /// The cells, by task, share of the labels and number of sources.
        public var cells: [Cell]
    }

    /// The suite. Tasks with the role `transfer` are left out as well, and are never sources.
    public var suite: Suite
    /// The tasks to leave out; `nil` leaves out each once.
    public var tasks: [String]?
    /// The numbers of source tasks besides 0; `nil` uses all from 1.
    public var sources: [Int]?
    /// The shares of the training labels.
    public var labels: [Double]
    /// The number of seeds. The first one is that of the suite. Each has its own order of sources.
    public var seeds: Int
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(
        _ suite: Suite, tasks: [String]? = nil, sources: [Int]? = nil, labels: [Double], seeds: Int,
        training: StudyTraining
    ) {
        self.suite = suite
        self.tasks = tasks
        self.sources = sources
        self.labels = labels
        self.seeds = seeds
        self.training = training
    }

    /// Trains the missing runs. Also writes `transfer.json` and `transfer.csv` into the folder of
    /// the study.
    ///
    /// - Throws: `Interruption` when the study was stopped; `ConfigurationError` when a task does
    ///   not exist; the errors of trainings.
    public func run() throws -> Result {
        try training.settle(suite)
        let trainings = try TransferTrainings(suite: suite, labels: labels, training: training)
        let trials = try trials()
        try trainings.share(trials)
        try Team.current.dismissHelpers()
        // Seed → score: a metric may be undefined with some seeds.
        var scores: [Key: [UInt64: Double]] = [:]
        var about: [Key: (rows: Int, metric: Metric)] = [:]
        for trial in trials {
            let results = try trainings.results(of: trial)
            for (share, result) in zip(labels, results) {
                let key = Key(task: trial.task, sources: trial.sources.count, labels: share)
                guard let own = result.result.tasks[trial.task], let metric = own.metrics.first,
                    let value = own.scores.metrics[metric.rawValue]
                else { continue }
                scores[key, default: [:]][trial.seed] = value
                about[key] = (result.rows, metric)
            }
        }
        let cells = scores.keys.sorted().compactMap { key -> Result.Cell? in
            func ordered(_ scores: [UInt64: Double]?) -> [Double] {
                suite.seeds(seeds).compactMap { scores?[$0] }
            }
            let values = ordered(scores[key])
            guard let (rows, metric) = about[key], let score = SeedMean(values) else { return nil }
            let scratch = ordered(scores[Key(task: key.task, sources: 0, labels: key.labels)])
            let sign = metric.higherIsBetter ? 1.0 : -1
            let isComparable = key.sources > 0 && scratch.count == seeds && values.count == seeds
            return Result.Cell(
                task: key.task, sources: key.sources, labels: key.labels, rows: rows, metric: metric, score: score,
                gain: isComparable ? PairedTest(values.map { sign * $0 }, scratch.map { sign * $0 }) : nil)
        }
        let result = Result(suite: suite.name, split: training.split, cells: cells)
        try training.write(result, result.table, named: "transfer")
        return result
    }

    private func trials() throws -> [TransferTrial] {
        let names = try wanted()
        return suite.seeds(seeds).flatMap { seed in
            names.flatMap { task -> [TransferTrial] in
                let others = suite.tasks.filter { $0.key != task && $0.value.role == .train }.keys.sorted()
                var random = RandomSource(seed: seed, purpose: "sources of \(task)")
                let order = others.shuffled(using: &random)
                let counts =
                    [0] + (sources ?? Array(1...max(1, order.count))).filter { (1...max(1, order.count)).contains($0) }
                return counts.filter { $0 <= order.count }.map {
                    TransferTrial(task: task, sources: Array(order.prefix($0)), seed: seed, start: "sources-\($0)")
                }
            }
        }
    }

    private struct Key: Hashable, Comparable {
        var task: String
        var sources: Int
        var labels: Double

        static func < (a: Key, b: Key) -> Bool { (a.task, a.labels, a.sources) < (b.task, b.labels, b.sources) }
    }

    private func wanted() throws -> [String] {
        for name in tasks ?? [] where suite.tasks[name] == nil {
            throw ConfigurationError(
                file: suite.file, key: "tasks.\(name)",
                reason: "no such task" + ClosestName.hint(for: name, among: suite.tasks.keys))
        }
        return tasks ?? suite.tasks.keys.sorted()
    }
}

extension TransferStudy.Result {
    /// The cells as rows.
    public var table: StudyTable {
        StudyTable(
            header: [
                "task", "labels", "rows", "sources", "metric", "score", "score_se", "gain", "gain_se", "gain_p",
            ],
            rows: cells.map { cell in
                [
                    cell.task, "\(cell.labels)", "\(cell.rows)", "\(cell.sources)", cell.metric.rawValue,
                    StudyTable.number(cell.score.mean), StudyTable.number(cell.score.standardError),
                    StudyTable.number(cell.gain?.difference), StudyTable.number(cell.gain?.standardError),
                    StudyTable.number(cell.gain?.p),
                ]
            })
    }
}
