import Foundation
import Heterogeneity

/// One cheaper way to measure heterogeneity.
public struct EstimatorCandidate: Codable, Equatable, Sendable {
    /// What it is called.
    public var name: String
    /// How transfers are measured.
    public var estimator: TransferEstimator
    /// What every training may spend.
    public var budget: TransferBudget
    /// How many pairs are measured for every entry, the others being filled in; all when nothing is given.
    public var pairsPerEntry: Double?
    /// Whether transfers are pulled towards what sources and targets have in common (see `HeterogeneityMatrix.shrunken`).
    public var shrinks = false

    /// The name of the measurement: candidates that only make something else of the same trainings share it.
    var measurement: String { shrinks ? name.replacingOccurrences(of: EstimatorCandidate.shrinking, with: "") : name }

    private static let shrinking = ", shrunken"

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
            EstimatorCandidate(name: "one seed", estimator: .exact, budget: one),
            EstimatorCandidate(name: "one seed\(shrinking)", estimator: .exact, budget: one, shrinks: true),
            EstimatorCandidate(name: "one seed, half as long", estimator: .exact, budget: half),
            EstimatorCandidate(name: "two seeds, a quarter as long", estimator: .exact, budget: short),
            EstimatorCandidate(name: "one seed, some pairs", estimator: .exact, budget: one, pairsPerEntry: 3),
            EstimatorCandidate(name: "one seed, few pairs", estimator: .exact, budget: one, pairsPerEntry: 1.5),
            EstimatorCandidate(name: "probes, one seed", estimator: .probe, budget: one),
            EstimatorCandidate(name: "probes, all seeds", estimator: .probe, budget: exact),
        ]
    }
}
