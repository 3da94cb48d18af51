import Heterogeneity

/// How heterogeneities are measured.
public struct MeasurementOptions: Sendable {
    /// What every training may spend.
    public var budget: TransferBudget
    /// Whether some pairs are measured, about three for every entry, and the others filled in.
    public var samplesPairs: Bool
    /// How transfers are measured.
    public var estimator: TransferEstimator
    /// The part of the work to do.
    public var shard: TransferShard
    /// Runs whose finished trainings are taken over first.
    public var merge: [String]
    /// Trainings at the same time, one thread each.
    public var workers: Int

    /// All pairs, by fine-tuning, in one go.
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
