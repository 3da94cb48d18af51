import Files
import Foundation
import Heterogeneity
import Method
import Multimodal
import Numerics
import Parallel
import Training

/// Compares models by score, trainable parameters, training time and inference time: prior methods,
/// and HighMMT at several widths and numbers of groups.
///
/// All models have the same data, encodings, recipe and metrics; none is tuned. Source: Table 2 and
/// Figure 6 of Liang et al. 2023.
public struct TradeoffStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// One model.
        public struct Arm: Codable, Sendable {
            /// The model.
            public var arm: TradeoffArm
            /// The name of the model.
            public var name: String
            /// The number of parameters that gradients change.
            public var parameters: Int
            /// The suite score. `nil` when no task has one.
            public var score: SeedMean?
            /// Task → its first metric.
            public var tasks: [String: SeedMean]
            /// The seconds of all epochs, on the device of the study.
            public var trainingSeconds: SeedMean?
            /// The milliseconds of inference per sample, averaged over tasks.
            public var inferenceMilliseconds: SeedMean?
            /// True when no other model has both a higher score and fewer parameters.
            public var isOnFront: Bool
            /// The tasks in which the model misses the floor although a HighMMT model of the study
            /// reaches it, sorted. Such a model is a weakened peer.
            public var belowFloor: [String] = []
        }

        /// The floor of a task: the score of a ridge regression, see ``FloorStudy``.
        public struct Floor: Codable, Sendable {
            /// The first metric of the task.
            public var metric: Metric
            /// The score on the split of the study.
            public var ridge: Double
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
        /// The models.
        public var arms: [Arm]
        /// Task → its floor. A task has none when its metric is undefined for the regression.
        public var floors: [String: Floor] = [:]
    }

    /// The suite.
    public var suite: Suite
    /// The models to compare.
    public var arms: [TradeoffArm]
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The distances by which arms have groups; `nil` without such arms.
    public var matrices: MeasuredMatrices?
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(
        _ suite: Suite, arms: [TradeoffArm], seeds: Int,
        matrices: MeasuredMatrices? = nil, training: StudyTraining
    ) {
        self.suite = suite
        self.arms = arms
        self.seeds = seeds
        self.matrices = matrices
        self.training = training
    }

    /// Trains the missing runs and compares the models. Also writes `tradeoff.json` and
    /// `tradeoff.csv` into the folder of the study.
    ///
    /// - Throws: `Interruption` when the study was stopped; `MatrixError` when groups cannot be
    ///   formed; the errors of trainings.
    public func run() throws -> Result {
        try training.settle(suite, matrices.map(StudyQuestion.Grouping.init))
        try shareTrainings()
        try Team.current.dismissHelpers()
        var measured: [String: [(result: RunResult, seconds: Double?, milliseconds: Double?)]] = [:]
        // Seeds side by side: after each seed, all models can be compared.
        for seed in suite.seeds(seeds) {
            for arm in arms { measured[arm.name, default: []].append(try measure(arm, seed: seed)) }
        }
        let results = arms.map { arm in
            let runs = measured[arm.name] ?? []
            let tasks = Set(runs.flatMap(\.result.tasks.keys)).reduce(into: [String: SeedMean]()) { tasks, name in
                tasks[name] = SeedMean(
                    runs.compactMap { run in
                        run.result.tasks[name].flatMap { task in
                            task.metrics.first.flatMap { task.scores.metrics[$0.rawValue] }
                        }
                    })
            }
            return Result.Arm(
                arm: arm, name: arm.name, parameters: runs.first?.result.parameters ?? 0,
                score: SeedMean(runs.compactMap(\.result.score)), tasks: tasks,
                trainingSeconds: SeedMean(runs.compactMap(\.seconds)),
                inferenceMilliseconds: SeedMean(runs.compactMap(\.milliseconds)), isOnFront: false)
        }
        var result = Result(suite: suite.name, split: training.split, arms: results, floors: try floors())
        for index in result.arms.indices {
            result.arms[index].isOnFront = result.isOnFront(result.arms[index]) { Double($0.parameters) }
        }
        result.markWeakened()
        try training.write(result, result.table, named: "tradeoff")
        return result
    }

    private func floors() throws -> [String: Result.Floor] {
        var floors: [String: Result.Floor] = [:]
        for task in try suite.open(dataRoot: training.dataRoot, role: .train) {
            let study = FloorStudy(
                [task], models: [.ridge], python: .missing(""), split: training.split, suite: suite)
            guard let floor = try study.run().first else { continue }
            if let reason = floor.skipped[FloorModel.ridge.rawValue] { training.saying("no floor: \(reason)") }
            if let ridge = floor.models[FloorModel.ridge.rawValue]?.test[floor.metric.rawValue] {
                floors[task.name] = Result.Floor(metric: floor.metric, ridge: ridge)
            }
        }
        return floors
    }

    /// Hands the trainings to the processes of a team: first the runs that models with groups start
    /// from, and all without groups.
    private func shareTrainings() throws {
        func trainings(_ arms: [TradeoffArm]) -> [HandedTraining] {
            suite.seeds(seeds).flatMap { seed in
                arms.map { arm in
                    let (own, name) = model(arm, seed: seed)
                    guard let groups = arm.groups else { return training.handed(own, named: name) }
                    return HandedTraining(work: own.trainingWork, result: training.finished(name, .second)) {
                        _ = try grouped(own, groups, named: name)
                    }
                }
            }
        }
        let divided = arms.filter { $0.groups != nil }
        let bases = divided.map { TradeoffArm($0.method, width: $0.width) }
        let single = Dictionary((arms.filter { $0.groups == nil } + bases).map { ($0.name, $0) }) { first, _ in first }
        try HandedTraining.share(trainings(single.sorted { $0.key < $1.key }.map(\.value)))
        try HandedTraining.share(trainings(divided))
    }

    /// Returns the suite and the name of the run of a model.
    private func model(_ arm: TradeoffArm, seed: UInt64) -> (suite: Suite, name: String) {
        var own = suite
        own.seed = seed
        own.model.method = arm.method
        own.model.scale(toWidth: arm.width)
        return (own, "\(arm.name)-seed-\(seed)")
    }

    private func measure(
        _ arm: TradeoffArm, seed: UInt64
    ) throws -> (result: RunResult, seconds: Double?, milliseconds: Double?) {
        let (own, name) = model(arm, seed: seed)
        let stage: TrainingStage = arm.groups == nil ? .first : .second
        let result = try arm.groups.map { try grouped(own, $0, named: name) } ?? training.result(of: own, named: name)
        let run = training.run(name)
        let runs = try [run] + UnimodalTraining.candidates(of: run)
        let seconds = runs.flatMap { run in
            let stages = RunTiming(path: run.timingPath)?.stages ?? [:]
            return TrainingStage.allCases.compactMap { stages[$0]?.totalSeconds }
        }
        return (
            result, seconds.isEmpty ? nil : seconds.reduce(0, +),
            try training.inferenceMilliseconds(of: run, stage: stage, tasks: result.tasks.keys)
        )
    }

    /// Trains stage 2 with groups by heterogeneity, from a copy of the run of stage 1.
    private func grouped(_ suite: Suite, _ groups: [Int], named name: String) throws -> RunResult {
        let base = TradeoffArm(suite.model.method, width: suite.model.width).name + "-seed-\(suite.seed)"
        return try training.divided(suite, named: name, after: base) { _ in
            try (matrices ?? MeasuredMatrices(modalities: nil, interactions: nil))
                .groups(encoder: groups[0], crossmodal: groups[1], linkage: .average)
        }
    }
}

extension TradeoffStudy.Result {
    /// Returns true when a model is on the Pareto front of score and a cost: no other one is at
    /// least as good in both and better in one. A model without score or cost is not.
    public func isOnFront(_ arm: Arm, cost: (Arm) -> Double?) -> Bool {
        guard let own = arm.score?.mean, let price = cost(arm) else { return false }
        return !arms.contains { other in
            guard let score = other.score?.mean, let otherPrice = cost(other) else { return false }
            return score >= own && otherPrice <= price && (score > own || otherPrice < price)
        }
    }

    /// Finds the tasks in which models miss the floor although HighMMT reaches it.
    mutating func markWeakened() {
        func reaches(_ arm: Arm, _ task: String, _ floor: Floor) -> Bool? {
            arm.tasks[task].map { floor.metric.higherIsBetter ? $0.mean >= floor.ridge : $0.mean <= floor.ridge }
        }
        let ours = arms.filter { $0.arm.method == .highmmt }
        let reached = floors.filter { task, floor in ours.contains { reaches($0, task, floor) == true } }
        for index in arms.indices {
            arms[index].belowFloor = reached.filter { reaches(arms[index], $0, $1) == false }.keys.sorted()
        }
    }

    /// The models as rows.
    public var table: StudyTable {
        func pair(_ mean: SeedMean?) -> [String] {
            [StudyTable.number(mean?.mean), StudyTable.number(mean?.standardError)]
        }
        let names = Set(arms.flatMap(\.tasks.keys)).sorted()
        return StudyTable(
            header: [
                "model", "method", "width", "encoder_groups", "crossmodal_groups", "parameters", "score", "score_se",
                "training_seconds", "training_seconds_se", "inference_ms", "inference_ms_se", "on_front", "below_floor",
            ] + names.flatMap { [$0, "\($0)_se"] },
            rows: arms.map { arm in
                [
                    arm.name, arm.arm.method.rawValue, "\(arm.arm.width)",
                    arm.arm.groups.map { "\($0[0])" } ?? "", arm.arm.groups.map { "\($0[1])" } ?? "",
                    "\(arm.parameters)",
                ] + pair(arm.score) + pair(arm.trainingSeconds) + pair(arm.inferenceMilliseconds)
                    + [arm.isOnFront ? "1" : "0", arm.belowFloor.joined(separator: " ")]
                    + names.flatMap { pair(arm.tasks[$0]) }
            } + [floorRow(names)])
    }

    /// The floors as the last row.
    private func floorRow(_ names: [String]) -> [String] {
        ["ridge floor"] + Array(repeating: "", count: 13)
            + names.flatMap { [StudyTable.number(floors[$0]?.ridge), ""] }
    }
}
