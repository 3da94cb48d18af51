import Heterogeneity

/// One cheaper way to measure heterogeneity.
public struct EstimatorCandidate: Codable, Equatable, Sendable {
    /// What is measured: candidates that only make something else of the same trainings share it.
    public var measurement: String
    /// How transfers are measured.
    public var estimator: TransferEstimator
    /// What every training may spend.
    public var budget: TransferBudget
    /// How many pairs are measured for every entry, the others being filled in; all when nothing is given.
    public var pairsPerEntry: Double?
    /// Whether transfers are pulled towards what sources and targets have in common (see `HeterogeneityMatrix.shrunken`).
    public var shrinks = false

    /// What it is called.
    public var name: String { shrinks ? "\(measurement), shrunken" : measurement }

    /// Cheaper ways than a measurement with the given budget: fewer seeds, shorter trainings, fewer pairs, and probes, and what
    /// can be made of one seed.
    public static func all(below exact: TransferBudget) -> [EstimatorCandidate] {
        func spending(seeds: Int, epochs: Int) -> TransferBudget {
            var budget = exact
            (budget.seeds, budget.epochs) = (seeds, max(1, epochs))
            return budget
        }
        let one = spending(seeds: 1, epochs: exact.epochs)
        let half = spending(seeds: 1, epochs: exact.epochs / 2)
        let short = spending(seeds: 2, epochs: exact.epochs / 4)
        return [
            EstimatorCandidate(measurement: "one seed", estimator: .exact, budget: one),
            EstimatorCandidate(measurement: "one seed", estimator: .exact, budget: one, shrinks: true),
            EstimatorCandidate(measurement: "one seed, half as long", estimator: .exact, budget: half),
            EstimatorCandidate(measurement: "two seeds, a quarter as long", estimator: .exact, budget: short),
            EstimatorCandidate(measurement: "one seed, some pairs", estimator: .exact, budget: one, pairsPerEntry: 3),
            EstimatorCandidate(measurement: "one seed, few pairs", estimator: .exact, budget: one, pairsPerEntry: 1.5),
            EstimatorCandidate(measurement: "probes, one seed", estimator: .probe, budget: one),
            EstimatorCandidate(measurement: "probes, all seeds", estimator: .probe, budget: exact),
        ]
    }
}
