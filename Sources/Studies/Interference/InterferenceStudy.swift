import Multimodal
import Numerics
import Parallel
import Torch
import Training

/// Trains every task alone, with each other task, and with all of them: which tasks help or harm
/// which? It also tells to how many tasks the parameters of the model of all tasks matter.
///
/// Scores are shares between chance and perfection (see `SuiteScore`). Source: Tables 6 and 7 of
/// Liang et al. 2023.
public struct InterferenceStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// The change of a task by training another one with it.
        public struct Change: Codable, Sendable {
            /// The task whose score changes.
            public var task: String
            /// The task that is added; `nil` for all other tasks.
            public var added: String?
            /// The score alone.
            public var alone: SeedMean
            /// The score together.
            public var together: SeedMean
            /// The score together minus the score alone, paired by seed.
            public var change: PairedTest
        }

        /// The involvement of the parameters of the model of all tasks, see
        /// ``ParameterInvolvement``.
        public struct Involvement: Codable, Sendable {
            /// The threshold of an involved parameter.
            public var threshold = ParameterInvolvement.threshold
            /// The maximum number of validation samples per task.
            public var samples = ParameterInvolvement.samples
            /// The shares of the encoders' parameters that are involved in 0, 1, 2, … tasks.
            public var unimodal: [SeedMean]
            /// The shares of the crossmodal blocks' parameters; `nil` without such parameters.
            public var crossmodal: [SeedMean]?
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
        /// The changes, by task and added task.
        public var changes: [Change]
        /// The involvement of the shared parameters; `nil` for one task, and for methods without
        /// shared encoders.
        public var involvement: Involvement?
    }

    /// The suite.
    public var suite: Suite
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(_ suite: Suite, seeds: Int, training: StudyTraining) {
        self.suite = suite
        self.seeds = seeds
        self.training = training
    }

    /// Trains the missing runs. Also writes `interference.json`, `interference.csv` and
    /// `involvement.csv` into the folder of the study.
    ///
    /// - Throws: `Interruption` when the study was stopped; the errors of trainings.
    public func run() throws -> Result {
        try training.settle(suite)
        let names = suite.tasks.filter { $0.value.role == .train }.keys.sorted()
        let pairs = names.indices.flatMap { first in
            names.indices.filter { $0 > first }.map { [names[first], names[$0]] }
        }
        let sets = names.map { [$0] } + pairs + (names.count > 2 ? [names] : [])
        let models = suite.seeds(seeds).flatMap { seed in
            sets.map { tasks -> (tasks: [String], suite: Suite, name: String) in
                var own = suite
                own.seed = seed
                own.tasks = suite.tasks.filter { tasks.contains($0.key) }
                let isEverything = tasks.count == names.count && tasks.count > 2
                return (tasks, own, "\(isEverything ? "all" : tasks.joined(separator: "+"))-seed-\(seed)")
            }
        }
        try HandedTraining.share(models.map { training.handed($0.suite, named: $0.name) })
        try Team.current.dismissHelpers()
        var scores: [[String]: [[String: Double]]] = [:]
        for model in models {
            scores[model.tasks, default: []].append(
                try training.result(of: model.suite, named: model.name).tasks.compactMapValues(SuiteScore.share))
        }
        func values(_ task: String, _ tasks: [String]) -> [Double] { (scores[tasks] ?? []).compactMap { $0[task] } }
        let changes = names.flatMap { task -> [Result.Change] in
            let others = sets.filter { $0.count > 1 && $0.contains(task) }
            return others.compactMap { tasks in
                let (alone, together) = (values(task, [task]), values(task, tasks))
                guard alone.count == seeds, together.count == seeds, let before = SeedMean(alone),
                    let after = SeedMean(together)
                else { return nil }
                return Result.Change(
                    task: task, added: tasks.count == 2 ? tasks.first { $0 != task } : nil, alone: before,
                    together: after, change: PairedTest(together, alone))
            }
        }
        let result = Result(
            suite: suite.name, split: training.split, changes: changes,
            involvement: try involvement(models.filter { $0.tasks.count == names.count }.map(\.name)))
        try training.write(result, result.table, named: "interference")
        try training.write(result.involvementTable, named: "involvement")
        return result
    }

    /// Measures the models of all tasks, one per seed.
    private func involvement(_ runs: [String]) throws -> Result.Involvement? {
        let tasks = try suite.open(dataRoot: training.dataRoot, role: .train)
        guard tasks.count > 1, suite.model.method.isHighMMT else { return nil }
        let seeds = try runs.enumerated().map { index, name in
            let run = training.run(name)
            let (model, record) = try run.bestModel(of: .first, device: training.device)
            return try ParameterInvolvement(
                model.asHighMMT(run), tasks: tasks, objectives: record.records.mapValues(\.objective),
                seed: suite.seed &+ UInt64(index))
        }
        func means(_ shares: [[Double]]) -> [SeedMean] {
            (shares.first ?? []).indices.compactMap { count in SeedMean(shares.map { $0[count] }) }
        }
        let blocks = seeds.compactMap(\.crossmodal)
        return Result.Involvement(
            unimodal: means(seeds.map(\.unimodal)), crossmodal: blocks.isEmpty ? nil : means(blocks))
    }
}

extension InterferenceStudy.Result {
    /// The involvement as rows, by part of the model and number of tasks.
    public var involvementTable: StudyTable {
        let parts = [("unimodal", involvement?.unimodal), ("crossmodal", involvement?.crossmodal)]
        return StudyTable(
            header: ["part", "tasks", "share", "share_se"],
            rows: parts.flatMap { part, shares in
                (shares ?? []).enumerated().map { count, share in
                    [
                        part, "\(count)", StudyTable.number(share.mean), StudyTable.number(share.standardError),
                    ]
                }
            })
    }

    /// The changes as rows.
    public var table: StudyTable {
        StudyTable(
            header: [
                "task", "added", "alone", "alone_se", "together", "together_se", "change", "change_se", "change_p",
            ],
            rows: changes.map { change in
                [
                    change.task, change.added ?? "all others", StudyTable.number(change.alone.mean),
                    StudyTable.number(change.alone.standardError), StudyTable.number(change.together.mean),
                    StudyTable.number(change.together.standardError), StudyTable.number(change.change.difference),
                    StudyTable.number(change.change.standardError), StudyTable.number(change.change.p),
                ]
            })
    }
}
