import Heterogeneity

/// One cheaper way to measure heterogeneity.
public struct EstimatorCandidate: Codable, Equatable, Sendable {
    /// What it is called.
    public var name: String
    /// How transfers are measured.
    public var estimator: TransferEstimator
    /// What every training may spend.
    public var budget: TransferBudget
    /// Whether only some pairs are measured, and the others filled in by a low-rank model.
    public var samplesPairs: Bool

    /// Cheaper ways than a measurement with the given budget: fewer seeds, shorter trainings, fewer pairs, and probes.
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
            EstimatorCandidate(name: "one seed", estimator: .exact, budget: one, samplesPairs: false),
            EstimatorCandidate(name: "one seed, half as long", estimator: .exact, budget: half, samplesPairs: false),
            EstimatorCandidate(
                name: "two seeds, a quarter as long", estimator: .exact, budget: short, samplesPairs: false),
            EstimatorCandidate(name: "one seed, some pairs", estimator: .exact, budget: one, samplesPairs: true),
            EstimatorCandidate(name: "probes, one seed", estimator: .probe, budget: one, samplesPairs: false),
            EstimatorCandidate(name: "probes, all seeds", estimator: .probe, budget: exact, samplesPairs: false),
        ]
    }
}
