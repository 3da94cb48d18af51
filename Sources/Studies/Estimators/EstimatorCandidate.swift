import Heterogeneity

/// A cheaper way to measure heterogeneity.
public struct EstimatorCandidate: Codable, Equatable, Sendable {
    /// The name of the measurement. Candidates that only process the same trainings differently
    /// share it.
    public var measurement: String
    /// The estimator of transfers.
    public var estimator: TransferEstimator
    /// The budget of every training.
    public var budget: TransferBudget
    /// The number of pairs to measure per entry. The remaining pairs are imputed. `nil` measures
    /// all pairs.
    public var pairsPerEntry: Double?
    /// True to shrink transfers towards the effects of their sources and targets. See
    /// `HeterogeneityMatrix.shrunken`.
    public var shrinks = false

    /// The name in tables.
    public var name: String { shrinks ? "\(measurement), shrunken" : measurement }

    /// Returns the candidates that cost less than a measurement with the given budget.
    ///
    /// They use fewer seeds, shorter trainings, fewer pairs, probes, or shrinkage of the transfers
    /// from one seed.
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
