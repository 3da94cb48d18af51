import Numerics
import Training

/// The mean scores of runs of the same suite from several seeds.
public struct SeedSummary: Codable, Sendable {
    /// The mean of several measurements.
    public struct Mean: Codable, Equatable, Sendable {
        /// The mean.
        public var mean: Double
        /// The standard error of the mean. `nil` with fewer than two measurements.
        public var standardError: Double?
        /// The number of measurements.
        public var n: Int

        /// Creates the mean, or `nil` without measurements.
        init?(_ values: [Double]) {
            guard !values.isEmpty else { return nil }
            let sample = Measurements(values)
            mean = sample.mean
            standardError = values.count > 1 ? sample.standardError : nil
            n = values.count
        }
    }

    /// The name of the suite.
    public var suite: String
    /// The mean of each metric of each task, over the runs in which the metric is defined.
    public var tasks: [String: [String: Mean]]
    /// The score of the suite.
    public var score: Mean?
    /// The runs, in the order given.
    public var runs: [RunResult]

    /// Checks that all seeds differ, since runs from the same seed are not independent.
    ///
    /// - Throws: `RunError` with the seed that occurs twice.
    public static func check(seeds: [UInt64]) throws {
        var seen: Set<UInt64> = []
        for seed in seeds where !seen.insert(seed).inserted {
            throw RunError("two runs have the seed \(seed); expected runs from different seeds")
        }
    }

    /// Summarises runs of one suite.
    ///
    /// - Throws: `RunError` when two runs have the same seed.
    public init(_ runs: [RunResult]) throws {
        try Self.check(seeds: runs.map(\.seed))
        suite = runs.first?.suite ?? ""
        tasks = Set(runs.flatMap(\.tasks.keys)).reduce(into: [:]) { tasks, name in
            let scores = runs.compactMap { $0.tasks[name]?.scores.metrics }
            tasks[name] = Set(scores.flatMap(\.keys)).reduce(into: [:]) { metrics, metric in
                metrics[metric] = Mean(scores.compactMap { $0[metric] })
            }
        }
        score = Mean(runs.compactMap(\.score))
        self.runs = runs
    }
}
