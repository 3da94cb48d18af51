import Foundation

/// The losses of all finished trainings of a measurement, per sample, and the quantities derived
/// from them.
struct TransferLosses {
    private let plan: TransferPlan
    private let targets: [EntryTargets]
    /// Losses after random starts: entry → seed → validation sample.
    private let starts: [[[Double]]]
    /// Losses of the predictors trained from random starts: entry → seed → validation sample.
    private let predictors: [[[Double]]]
    /// Losses after starts from another entry: source → target → seed → validation sample; `nil`
    /// where not measured.
    private let reached: [[[[Double]]?]]

    /// The distances of the measured pairs.
    struct Distances {
        var sampled: SampledHeterogeneity
        /// See ``HeterogeneityMatrix/transferOwnErrors``.
        var ownErrors: SquareMatrix<Double?>
    }

    /// Reads the records.
    ///
    /// - Throws: ``HeterogeneityError`` when trainings are missing; `FileError` that names the file
    ///   when a record is damaged.
    init(_ results: TransferResults, targets: [EntryTargets], pairs: [EntryPair]?) throws {
        let plan = results.plan
        let entries = plan.entries
        let measured = plan.directions(pairs)
        var missing = 0
        func losses(
            _ start: TransferStart, _ to: Int, _ seeds: [UInt64], in records: TransferRecords? = nil
        ) throws -> [[Double]] {
            try seeds.compactMap { seed in
                let record = try (records ?? results.measurements).record(start, to: entries[to], seed: seed)
                guard let record, record.losses.count == targets[to].valid.count else {
                    missing += 1
                    return nil
                }
                return record.losses
            }
        }
        starts = try entries.indices.map {
            try losses(plan.reference(samples: targets[$0].train.count), $0, plan.seeds)
                + losses(.reference, $0, plan.referenceSeeds)
        }
        let starts = starts
        predictors = try entries.indices.map {
            // Transfers may be compared with probes, or with trainings on fewer samples.
            plan.estimator == .exact && plan.reference(samples: targets[$0].train.count) == .source
                ? starts[$0] : try losses(.source, $0, plan.seeds, in: results.trainings)
        }
        let row: [[[Double]]?] = Array(repeating: nil, count: entries.count)
        var reached = Array(repeating: row, count: entries.count)
        for (from, to) in measured { reached[from][to] = try losses(.transfer(entries[from]), to, plan.seeds) }
        guard missing == 0 else {
            let total =
                (entries.count + measured.count) * plan.seeds.count + entries.count * plan.referenceSeeds.count
            throw HeterogeneityError(
                "\(plan.kind.rawValue): \(missing) of \(total) trainings are not finished; run the other shards and merge "
                    + "them with --merge, or run the command again without --shard")
        }
        self.reached = reached
        self.plan = plan
        self.targets = targets
    }

    /// Returns transfers, distances and their standard errors.
    ///
    /// - Throws: ``MatrixError`` when a value is too large for a matrix.
    func distances(_ units: HeterogeneityUnits) throws -> Distances {
        let count = plan.entries.count
        var transfers = SquareMatrix<Double?>(count: count, repeating: nil)
        var (errors, ownErrors) = (transfers, transfers)
        for to in 0..<count {
            let losses = (0..<count).map { reached[$0][to] }
            let column = TargetTransfers(random: starts[to], reached: losses.compactMap(\.self))
            let scale = units == .normalised ? 1 / targets[to].chanceLoss : targets[to].lossInNats
            var remainingErrors = column.ownErrors[...]
            for (from, losses) in losses.enumerated() {
                guard let losses else { continue }
                ownErrors[from, to] = remainingErrors.popFirst().map { $0 * scale }
                let estimate = column.transfer(losses, seed: UInt64(from * count + to))
                transfers[from, to] = estimate.value * scale
                errors[from, to] = estimate.standardError * scale
            }
        }
        return Distances(
            sampled: try SampledHeterogeneity(
                names: plan.entries.map(\.description), transfers: transfers, transferStandardErrors: errors,
                units: units),
            ownErrors: ownErrors)
    }

    /// Returns the share of the loss of chance that the predictors of every entry explain.
    ///
    /// - Throws: ``MatrixError`` when a loss is too large.
    func explained() throws -> ExplainedShares {
        let shares = plan.entries.indices.map { entry in
            let chance = targets[entry].chanceLoss
            return TransferEstimate(
                mean: predictors[entry].map { zip(targets[entry].chanceLosses, $0).map { ($0 - $1) / chance } },
                seed: UInt64(entry))
        }
        return try ExplainedShares(values: shares.map(\.value), standardErrors: shares.map(\.standardError))
    }

    /// Returns the predictive information of the same trainings.
    func information() throws -> PredictiveInformation {
        func estimate(_ losses: [[Double]], of entry: Int) -> TransferEstimate {
            let scale = targets[entry].lossInNats / log(2)
            let gains = losses.map { zip(targets[entry].chanceLosses, $0).map { ($0 - $1) * scale } }
            return TransferEstimate(mean: gains, seed: UInt64(entry))
        }
        let entries = plan.entries
        let own = entries.indices.map { estimate(starts[$0], of: $0) }
        return PredictiveInformation(
            names: entries.map(\.description), own: own.map(\.value), ownStandardErrors: own.map(\.standardError),
            reached: try SquareMatrix(
                rows: entries.indices.map { from in
                    entries.indices.map { to in reached[from][to].map { estimate($0, of: to).value } }
                }))
    }
}
