import Heterogeneity
import Method
import Multimodal
import Numerics
import Parallel
import Training

/// Fuses fewer and fewer pairs of streams, chosen in several ways: which are worth their time?
///
/// Every model starts from stage 1 with all pairs, shares one encoder and one crossmodal block, and
/// is fine-tuned as stage 2 is.
public struct PairStudy {
    /// The suite.
    public var suite: Suite
    /// The heterogeneity of the pairs of the suite.
    public var interactions: HeterogeneityMatrix
    /// The information of all pairs.
    public var diagnoses: [PairDiagnosis]
    /// The shares of the pairs to keep, below 1.
    public var shares: [Double]
    /// The number of random choices of each seed.
    public var draws: Int
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(
        _ suite: Suite, interactions: HeterogeneityMatrix, diagnoses: [PairDiagnosis], shares: [Double], draws: Int,
        seeds: Int, training: StudyTraining
    ) {
        self.suite = suite
        self.interactions = interactions
        self.diagnoses = diagnoses
        self.shares = shares
        self.draws = draws
        self.seeds = seeds
        self.training = training
    }

    /// Trains the missing runs and compares the choices. Also writes `pairs.json` and `pairs.csv`
    /// into the folder of the study.
    ///
    /// - Throws: `ConfigurationError` when the suite trains another method; `RunError` when a pair
    ///   of the suite was not measured; `Interruption` when the study was stopped; the errors of
    ///   trainings.
    public func run() throws -> Result {
        try suite.checkMethodHasGroups()
        let data = try OpenedSuite(suite, dataRoot: training.dataRoot)
        let pairs = TransferEntry.pairs(of: data.tasks).map(\.description).sorted()
        for pair in pairs where !interactions.names.contains(pair) || !diagnoses.contains(where: { $0.pair == pair }) {
            throw RunError("pair '\(pair)' was not measured; to measure it: highmmt heterogeneity SUITE")
        }
        let streams = TransferEntry.streams(of: data.tasks).map(\.description)
        let shares = distinctShares(pairs)
        try training.settle(suite, .init(MeasuredMatrices(modalities: nil, interactions: interactions)))
        let models = models(pairs, shares: shares)
        try share(models, streams: streams, pairs: pairs)
        try Team.current.dismissHelpers()
        var comparison = PairComparison(seeds: suite.seeds(seeds))
        // Seeds side by side: after each seed, all choices can be compared.
        for seed in suite.seeds(seeds) {
            let base = base(seed)
            try training.train(base.suite, named: base.name)
            for model in models where model.seed == seed {
                comparison.add(try outcome(of: model, streams: streams, pairs: pairs), of: model)
            }
        }
        let result = Result(
            suite: suite.name, split: training.split, pairs: pairs.count, draws: draws,
            arms: comparison.arms(shares: shares))
        try training.write(result, result.table, named: "pairs")
        return result
    }

    /// Returns the shares that keep different numbers of pairs, fewer than all.
    private func distinctShares(_ pairs: [String]) -> [Double] {
        var known: Set<Int> = [pairs.count]
        return shares.filter { known.insert(PairBudget(share: $0).count(of: pairs)).inserted }
    }

    private func models(_ pairs: [String], shares: [Double]) -> [PairModel] {
        suite.seeds(seeds).flatMap { seed in
            [PairModel(choice: nil, share: 1, draw: 0, seed: seed, kept: pairs)]
                + shares.flatMap { share in
                    let budget = PairBudget(share: share)
                    let ranked = [PairChoice.gain, .heterogeneity].map { choice in
                        PairModel(
                            choice: choice, share: share, draw: 0, seed: seed,
                            kept: budget.kept(of: ranking(pairs, by: choice)))
                    }
                    let random = (0..<draws).map { draw in
                        var source = RandomSource(seed: seed, purpose: "pairs/\(draw)")
                        return PairModel(
                            choice: .random, share: share, draw: draw, seed: seed,
                            kept: budget.kept(of: pairs.shuffled(using: &source)))
                    }
                    return ranked + random
                }
        }
    }

    /// Returns the pairs, the most valuable one first; equal values go by name.
    private func ranking(_ pairs: [String], by choice: PairChoice) -> [String] {
        let values = pairs.reduce(into: [String: Double]()) { values, pair in
            if choice == .gain {
                values[pair] = diagnoses.first { $0.pair == pair }?.gain
            } else if let row = interactions.names.firstIndex(of: pair) {
                let others = interactions.names.indices.filter { $0 != row && pairs.contains(interactions.names[$0]) }
                values[pair] = others.isEmpty ? 0 : others.map { interactions[row, $0] }.mean
            }
        }
        return pairs.sorted { (-(values[$0] ?? 0), $0) < (-(values[$1] ?? 0), $1) }
    }

    private func share(_ models: [PairModel], streams: [String], pairs: [String]) throws {
        try HandedTraining.share(
            suite.seeds(seeds).map { seed in
                let base = base(seed)
                return HandedTraining(
                    work: 1, result: training.run(base.name).checkpoints(stage: .first).bestPath
                ) { try training.train(base.suite, named: base.name) }
            })
        try HandedTraining.share(
            models.map { model in
                HandedTraining(work: model.share, result: training.finished(model.name, .second)) {
                    _ = try trained(model, streams: streams, pairs: pairs)
                }
            })
    }

    private func base(_ seed: UInt64) -> (suite: Suite, name: String) {
        var own = suite
        own.seed = seed
        return (own, "stage1-seed-\(seed)")
    }

    /// Fine-tunes a model from the trained stage 1 of its seed.
    private func trained(_ model: PairModel, streams: [String], pairs: [String]) throws -> RunResult {
        let base = base(model.seed)
        return try training.divided(base.suite, named: model.name, from: training.run(base.name)) {
            var groups = SharingGroups(
                encoders: [streams], crossmodal: [pairs], method: model.choice?.rawValue ?? "all")
            if model.choice != nil { groups.keptPairs = model.kept }
            return groups
        }
    }

    /// Returns the score of a model and the time of its inference, for which no other process may
    /// be training.
    private func outcome(
        of model: PairModel, streams: [String], pairs: [String]
    ) throws -> PairModel.Outcome? {
        let result = try trained(model, streams: streams, pairs: pairs)
        guard let score = result.score else { return nil }
        return PairModel.Outcome(
            score: score, validation: try training.validationScore(model.name, .second),
            milliseconds: try training.inferenceMilliseconds(
                of: training.run(model.name), stage: .second, tasks: result.tasks.keys))
    }
}
