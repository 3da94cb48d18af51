import Multimodal
import Training

extension AblationStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// The scores of one task, or of the suite.
        public struct Score: Codable, Sendable {
            /// The metric; `nil` for the suite score.
            public var metric: Metric?
            /// The scores.
            public var score: SeedMean
            /// The score minus that of the full method, paired by seed, negative when the missing
            /// part is missed; errors count with the opposite sign. `nil` for the full method
            /// itself, and when a seed has no score.
            public var change: PairedTest?
        }

        /// The scores of one arm.
        public struct Arm: Codable, Sendable {
            /// The arm.
            public var arm: AblationArm
            /// The number of parameters of its model.
            public var parameters: Int
            /// The suite score. `nil` when no task has one.
            public var score: Score?
            /// Task → its first metric.
            public var tasks: [String: Score]
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
        /// The numbers of groups of streams and of pairs.
        public var groups: [Int]
        /// The arms.
        public var arms: [Arm]

        /// Compares the results of arms, of which the full method is the first.
        init(suite: String, split: Split, groups: [Int], results: [(arm: AblationArm, runs: [RunResult])]) {
            self.suite = suite
            self.split = split
            self.groups = groups
            let full = results.first?.runs ?? []
            arms = results.map { arm, runs in
                func score(_ metric: Metric?, _ value: (RunResult) -> Double?) -> Score? {
                    let (own, other) = (runs.compactMap(value), full.compactMap(value))
                    guard let mean = SeedMean(own) else { return nil }
                    let sign = metric?.higherIsBetter ?? true ? 1.0 : -1
                    let isComparable = arm != .full && own.count == runs.count && other.count == runs.count
                    return Score(
                        metric: metric, score: mean,
                        change: isComparable ? PairedTest(own.map { sign * $0 }, other.map { sign * $0 }) : nil)
                }
                let tasks = Set(runs.flatMap(\.tasks.keys)).reduce(into: [String: Score]()) { tasks, name in
                    guard let metric = runs.compactMap({ $0.tasks[name]?.metrics.first }).first else { return }
                    tasks[name] = score(metric) { $0.tasks[name]?.scores.metrics[metric.rawValue] }
                }
                return Arm(arm: arm, parameters: runs.first?.parameters ?? 0, score: score(nil, \.score), tasks: tasks)
            }
        }

        /// Every score of every arm as a row.
        public var table: StudyTable {
            let rows = arms.flatMap { arm in
                let tasks = arm.tasks.sorted { $0.key < $1.key }.map { (name: $0.key, score: $0.value) }
                let all = (arm.score.map { [(name: "suite", score: $0)] } ?? []) + tasks
                return all.map { name, score in
                    [
                        arm.arm.rawValue, "\(arm.parameters)", name, score.metric?.rawValue ?? "score",
                        "\(score.score.values.count)", StudyTable.number(score.score.mean),
                        StudyTable.number(score.score.standardError), StudyTable.number(score.change?.difference),
                        StudyTable.number(score.change?.standardError),
                        StudyTable.number(score.change?.p),
                    ]
                }
            }
            return StudyTable(
                header: [
                    "arm", "parameters", "task", "metric", "seeds", "score", "score_se", "change", "change_se",
                    "change_p",
                ], rows: rows)
        }
    }
}
