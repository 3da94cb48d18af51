import Numerics

/// The outcomes of a study of pairs, and what they say of the ways to choose.
struct PairComparison {
    private typealias Trained = (model: PairModel, outcome: PairModel.Outcome)

    /// The seeds, in order.
    let seeds: [UInt64]
    private var trained: [Trained] = []

    /// Creates a comparison without outcomes.
    init(seeds: [UInt64]) { self.seeds = seeds }

    /// Adds the outcome of a model; nothing when it has none.
    mutating func add(_ outcome: PairModel.Outcome?, of model: PairModel) {
        if let outcome { trained.append((model, outcome)) }
    }

    /// Returns the model of all pairs, then every way to choose with every share. Arms without a
    /// score for every seed are left out.
    func arms(shares: [Double]) -> [PairStudy.Result.Arm] {
        guard let all = arm(nil, share: 1) else { return [] }
        return [all]
            + shares.flatMap { share -> [PairStudy.Result.Arm] in
                let random = arm(.random, share: share)?.score.values
                return PairChoice.allCases.compactMap { choice -> PairStudy.Result.Arm? in
                    guard var arm = arm(choice, share: share) else { return nil }
                    arm.change = PairedTest(arm.score.values, all.score.values)
                    if choice != .random, let random { arm.ahead = PairedTest(arm.score.values, random) }
                    return arm
                }
            }
    }

    private func arm(_ choice: PairChoice?, share: Double) -> PairStudy.Result.Arm? {
        let models = seeds.map { chosen(choice, share: share, seed: $0) }
        guard let first = models.first?.first, models.allSatisfy({ !$0.isEmpty }),
            let score = SeedMean(models.map { $0.map(\.outcome.score).mean })
        else { return nil }
        let milliseconds = models.map { $0.compactMap(\.outcome.milliseconds) }.filter { !$0.isEmpty }
        return PairStudy.Result.Arm(
            choice: choice, share: share, pairs: first.model.kept.count, score: score,
            inferenceMilliseconds: SeedMean(milliseconds.map(\.mean)))
    }

    /// Returns the models of a choice with a seed: one, or all random ones.
    private func chosen(_ choice: PairChoice?, share: Double, seed: UInt64) -> [Trained] {
        let source = choice == .validation ? .random : choice
        let models = trained.filter { $0.model.choice == source && $0.model.share == share && $0.model.seed == seed }
        guard choice == .validation else { return models }
        guard models.allSatisfy({ $0.outcome.validation != nil }) else { return [] }
        return models.max { ($0.outcome.validation ?? 0) < ($1.outcome.validation ?? 0) }.map { [$0] } ?? []
    }
}
