import Numerics
import Training

/// What runs of the same suite from several seeds score on average.
public struct SeedSummary: Codable, Sendable {
    /// The mean of several measurements.
    public struct Mean: Codable, Equatable, Sendable {
        /// The mean.
        public var mean: Double
        /// Its standard error; nothing with fewer than two measurements.
        public var standardError: Double?
        /// The number of measurements.
        public var n: Int

        /// Nothing where there is no measurement.
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
    /// Task → metric → its mean over the runs in which it is defined.
    public var tasks: [String: [String: Mean]]
    /// The score of the suite.
    public var score: Mean?
    /// The runs, in the order given.
    public var runs: [RunResult]

    /// Checks that seeds differ, since runs from one seed are no independent measurements.
    ///
    /// - Throws: ``RunError`` that names the seed.
    public static func check(seeds: [UInt64]) throws {
        var known: Set<UInt64> = []
        for seed in seeds where !known.insert(seed).inserted {
            throw RunError("two runs have the seed \(seed); expected runs from different seeds")
        }
    }

    /// Sums up runs of one suite.
    ///
    /// - Throws: ``RunError`` when two have the same seed, since those are no independent measurements.
    public init(_ runs: [RunResult]) throws {
        try SeedSummary.check(seeds: runs.map(\.seed))
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
