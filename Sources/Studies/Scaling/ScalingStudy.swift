import Multimodal
import Numerics
import Parallel
import Torch
import Training

/// Trains one model with more and more modalities, and with more and more tasks, in several random
/// orders: do the scores of the others rise?
///
/// Each order has its own seed. Scores are shares between chance and perfection (see `SuiteScore`).
/// Source: the claim of Liang et al. 2023 that performance keeps improving with each modality
/// added.
public struct ScalingStudy {
    /// The part of a suite that is added.
    public enum Axis: String, CaseIterable, Codable, Sendable {
        /// Modalities of all tasks.
        case modalities
        /// Tasks with all of their modalities.
        case tasks
    }

    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// One step of an order.
        public struct Step: Codable, Sendable {
            /// The number of modalities or tasks of the step.
            public var count: Int
            /// The stream or task that was added; empty in the first step of modalities.
            public var added: String
            /// Task → its score.
            public var scores: [String: Double]
            /// The mean change, since the step before, of the tasks that were trained before and
            /// got no modality. `nil` when there is none.
            public var changeOfOthers: Double?
            /// The change of the first task of the order, if only other tasks were added.
            public var changeOfFirst: Double?
            /// The change of the task that got a modality.
            public var changeOfOwn: Double?
        }

        /// The steps of one order.
        public struct Order: Codable, Sendable {
            /// The seed of the order and of its trainings.
            public var seed: UInt64
            /// The steps.
            public var steps: [Step]
        }

        /// A kind of change over all steps of all orders.
        public struct Trend: Codable, Sendable {
            /// The number of steps.
            public var steps: Int
            /// The share of steps in which the score rose.
            public var rising: Double
            /// The mean change per step of each order. The slope of a line through its steps.
            public var slope: SeedMean?
        }

        /// The kind of part that was added.
        public var axis: Axis
        /// The orders.
        public var orders: [Order]
        /// The changes of tasks that got nothing themselves.
        public var others: Trend
        /// The changes of the first task of each order.
        public var first: Trend
        /// The changes of tasks that got a modality; empty when tasks were added.
        public var own: Trend
    }

    /// The suite.
    public var suite: Suite
    /// The number of random orders.
    public var orders: Int
    /// The parts to add.
    public var axes: [Axis]
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(_ suite: Suite, orders: Int, axes: [Axis] = Axis.allCases, training: StudyTraining) {
        self.suite = suite
        self.orders = orders
        self.axes = axes
        self.training = training
    }

    /// Trains the missing runs. Also writes `scaling.json` and `scaling.csv` into the folder of the
    /// study.
    ///
    /// - Throws: `Interruption` when the study was stopped; the errors of trainings.
    public func run() throws -> [Result] {
        try training.settle(suite)
        let tasks = try suite.open(dataRoot: training.dataRoot, role: .train)
        let drawn = suite.seeds(orders).flatMap { seed in
            axes.map { axis in
                let order =
                    axis == .modalities
                    ? ScalingOrder.modalities(of: tasks, seed: seed) : ScalingOrder.tasks(tasks, seed: seed)
                return (order: order, axis: axis, seed: seed)
            }
        }
        try HandedTraining.share(
            drawn.flatMap { drawn in
                drawn.order.steps.enumerated().map { index, step in
                    training.handed(
                        model(step, seed: drawn.seed), named: name(drawn.axis, step: index, seed: drawn.seed))
                }
            })
        try Team.current.dismissHelpers()
        var known: [Axis: [Result.Order]] = [:]
        for (order, axis, seed) in drawn {
            known[axis, default: []].append(try measure(order, axis: axis, seed: seed))
        }
        let results = axes.map { axis in
            let orders = known[axis] ?? []
            return Result(
                axis: axis, orders: orders, others: Self.trend(orders, \.changeOfOthers),
                first: Self.trend(orders, \.changeOfFirst), own: Self.trend(orders, \.changeOfOwn))
        }
        try training.write(results, Self.table(results), named: "scaling")
        return results
    }

    /// Returns the suite of a step.
    private func model(_ step: ScalingOrder.Step, seed: UInt64) -> Suite {
        var own = suite
        own.seed = seed
        own.tasks = suite.tasks.filter { step.modalities[$0.key] != nil }
        for (task, modalities) in step.modalities { own.tasks[task]?.modalities = modalities.sorted() }
        return own
    }

    private func name(_ axis: Axis, step: Int, seed: UInt64) -> String {
        "\(axis.rawValue)-\(step + 1)-seed-\(seed)"
    }

    private func measure(_ order: ScalingOrder, axis: Axis, seed: UInt64) throws -> Result.Order {
        var steps: [Result.Step] = []
        for (index, step) in order.steps.enumerated() {
            let result = try training.result(
                of: model(step, seed: seed), named: name(axis, step: index, seed: seed))
            let scores = result.tasks.compactMapValues(SuiteScore.share)
            let changed = step.added.split(separator: "/").first.map(String.init) ?? ""
            let before = steps.last?.scores ?? [:]
            var changes: [String: Double] = [:]
            for (task, score) in scores { changes[task] = before[task].map { score - $0 } }
            let others = changes.filter { $0.key != changed }.values
            let first = axis == .tasks ? order.steps[0].added : nil
            steps.append(
                Result.Step(
                    count: axis == .tasks ? step.modalities.count : step.modalities.values.reduce(0) { $0 + $1.count },
                    added: step.added, scores: scores,
                    changeOfOthers: others.isEmpty ? nil : others.reduce(0, +) / Double(others.count),
                    changeOfFirst: first.flatMap { changes[$0] },
                    changeOfOwn: axis == .modalities ? changes[changed] : nil))
        }
        return Result.Order(seed: seed, steps: steps)
    }

    private static func trend(_ orders: [Result.Order], _ change: (Result.Step) -> Double?) -> Result.Trend {
        let changes = orders.map { $0.steps.compactMap(change) }
        let all = changes.joined()
        return Result.Trend(
            steps: all.count, rising: all.isEmpty ? 0 : Double(all.count { $0 > 0 }) / Double(all.count),
            slope: SeedMean(changes.filter { !$0.isEmpty }.map { $0.reduce(0, +) / Double($0.count) }))
    }

    /// Returns every score of every step as a row.
    public static func table(_ results: [Result]) -> StudyTable {
        var rows: [[String]] = []
        for result in results {
            for order in result.orders {
                for step in order.steps {
                    for (task, score) in step.scores.sorted(by: { $0.key < $1.key }) {
                        rows.append([
                            result.axis.rawValue, "\(order.seed)", "\(step.count)", step.added, task,
                            StudyTable.number(score),
                        ])
                    }
                }
            }
        }
        return StudyTable(header: ["axis", "seed", "count", "added", "task", "score"], rows: rows)
    }
}
