import Heterogeneity

/// The options of a measurement of heterogeneities.
public struct MeasurementOptions: Sendable {
    /// The budget of every training.
    public var budget: TransferBudget
    /// Measures only a sample of the pairs, about three per entry, and imputes the others.
    public var samplesPairs: Bool
    /// The estimator of transfers.
    public var estimator: TransferEstimator
    /// The shard of the work to do.
    public var shard: TransferShard
    /// The folders of runs whose finished trainings are copied first.
    public var merge: [String]
    /// The number of concurrent trainings, each on one thread.
    public var workers: Int

    /// Creates options. By default all pairs are measured by fine-tuning, in one shard.
    public init(
        budget: TransferBudget = TransferBudget(), samplesPairs: Bool = false, estimator: TransferEstimator = .exact,
        shard: TransferShard = .whole, merge: [String] = [], workers: Int = 1
    ) {
        self.budget = budget
        self.samplesPairs = samplesPairs
        self.estimator = estimator
        self.shard = shard
        self.merge = merge
        self.workers = workers
    }
}
