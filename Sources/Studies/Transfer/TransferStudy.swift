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
        let trials = try trials()
        try shareTrainings(trials)
        try Team.current.dismissHelpers()
        var scores: [Key: [Double]] = [:]
        var about: [Key: (rows: Int, metric: Metric)] = [:]
        for trial in trials {
            let transfer = try transfer(to: trial.task, from: trial.sources, seed: trial.seed)
            for share in labels {
                let key = Key(task: trial.task, sources: trial.sources.count, labels: share)
                let result = try transfer(share, name(trial, share))
                guard let own = result.result.tasks[trial.task], let metric = own.metrics.first,
                    let value = own.scores.metrics[metric.rawValue]
                else { continue }
                scores[key, default: []].append(value)
                about[key] = (result.rows, metric)
            }
        }
        let cells = scores.keys.sorted().compactMap { key -> Result.Cell? in
            guard let (rows, metric) = about[key], let values = scores[key], let score = SeedMean(values) else {
                return nil
            }
            let scratch = scores[Key(task: key.task, sources: 0, labels: key.labels)] ?? []
            let sign = metric.higherIsBetter ? 1.0 : -1
            let isComparable = key.sources > 0 && scratch.count == values.count
            return Result.Cell(
                task: key.task, sources: key.sources, labels: key.labels, rows: rows, metric: metric, score: score,
                gain: isComparable ? PairedTest(values.map { sign * $0 }, scratch.map { sign * $0 }) : nil)
        }
        let result = Result(suite: suite.name, split: training.split, cells: cells)
        try training.write(result, result.table, named: "transfer")
        return result
    }

    /// The transfer from some sources to a task, with one seed.
    private struct Trial {
        var task: String
        var sources: [String]
        var seed: UInt64
    }

    private func trials() throws -> [Trial] {
        let names = try wanted()
        return (0..<UInt64(seeds)).map { suite.seed &+ $0 }.flatMap { seed in
            names.flatMap { task -> [Trial] in
                let others = suite.tasks.filter { $0.key != task && $0.value.role == .train }.keys.sorted()
                var random = RandomSource(seed: seed, purpose: "sources of \(task)")
                let order = others.shuffled(using: &random)
                let counts =
                    [0] + (sources ?? Array(1...max(1, order.count))).filter { (1...max(1, order.count)).contains($0) }
                return counts.filter { $0 <= order.count }.map {
                    Trial(task: task, sources: Array(order.prefix($0)), seed: seed)
                }
            }
        }
    }

    private func name(_ trial: Trial, _ labels: Double) -> String {
        "\(trial.task)-sources-\(trial.sources.count)-labels-\(TransferComparison.percent(labels, unit: ""))-seed-"
            + "\(trial.seed)"
    }

    /// Hands the trainings to the processes of a team, the sources first.
    private func shareTrainings(_ trials: [Trial]) throws {
        let sources = trials.filter { !$0.sources.isEmpty }.map { trial in
            let (own, name) = source(trial.sources, seed: trial.seed)
            let training = training
            return HandedTraining(
                work: own.trainingWork, result: training.run(name).checkpoints(stage: .first).bestPath
            ) { try training.train(own, named: name) }
        }
        try HandedTraining.share(
            Dictionary(sources.map { ($0.result, $0) }) { first, _ in first }
                .sorted { $0.key < $1.key }.map(\.value))
        try HandedTraining.share(
            trials.flatMap { trial in
                labels.map { share in
                    let name = name(trial, share)
                    return HandedTraining(work: share, result: training.finished(name, .first)) {
                        _ = try transfer(to: trial.task, from: trial.sources, seed: trial.seed)(share, name)
                    }
                }
            })
    }

    /// Returns the suite of some sources, and the name of their run. Sets of sources recur in the
    /// orders of other tasks.
    private func source(_ sources: [String], seed: UInt64) -> (suite: Suite, name: String) {
        var own = suite
        own.seed = seed
        own.tasks = suite.tasks.filter { sources.contains($0.key) }
        return (own, "source-\(sources.sorted().joined(separator: "+"))-seed-\(seed)")
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

    /// Trains the sources and returns the training of the new task on a share of its labels.
    private func transfer(
        to task: String, from sources: [String], seed: UInt64
    ) throws -> (_ labels: Double, _ name: String) throws -> (result: RunResult, rows: Int) {
        guard !sources.isEmpty else {
            var own = suite
            own.seed = seed
            own.tasks = suite.tasks.filter { $0.key == task }
            own.tasks[task]?.role = .train
            return { [own] labels, name in
                var part = own
                part.training.labels = labels < 1 ? labels : nil
                let rows = try part.open(dataRoot: self.training.dataRoot).first?.rows(of: .train) ?? 0
                return (try self.training.result(of: part, named: name), rows)
            }
        }
        let (own, source) = source(sources, seed: seed)
        try training.train(own, named: source)
        let transfer = try TaskTransfer(
            from: training.run(source), to: suite, tasks: [task], dataRoot: training.dataRoot, device: training.device)
        return { labels, name in
            self.training.saying(name)
            let result = try transfer.perform(
                .fineTuned, labels: labels, seed: seed, in: self.training.run(name), usesTest: self.training.usesTest,
                observer: self.training.observer, shouldStop: self.training.shouldStop)
            return (result, try transfer.rows(labels: labels, seed: seed)[task] ?? 0)
        }
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
