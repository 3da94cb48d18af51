import Foundation

extension TransferMeasurement {
    /// What a finished measurement says.
    public struct Matrices: Sendable {
        /// Distances in nats.
        public var nats: HeterogeneityMatrix
        /// Distances in losses of predicting the label frequencies (or the mean), which compare between tasks.
        public var normalised: HeterogeneityMatrix
        /// The same measurement as predictive information; nothing for probes.
        public var information: PredictiveInformation?
        /// How wrong the filled-in values of `normalised` are; nothing when every pair was measured.
        public var heldOut: HeldOutError?
    }

    /// The matrices of the finished trainings.
    ///
    /// - Parameter pairs: the pairs that were measured; the others are filled in by a low-rank model of distances or an additive
    ///   model of transfers, whichever errs less on pairs that it has not seen.
    /// - Throws: ``HeterogeneityError`` when trainings are missing; an error that names the file when one is damaged.
    public func matrices(pairs: [EntryPair]? = nil) throws -> Matrices {
        let samples = try readSamples(pairs)
        let isComplete = pairs.map { Set($0).count == entries.count * (entries.count - 1) / 2 } ?? true
        let nats = try matrix(try distances(samples, .nats), isComplete: isComplete)
        let normalised = try matrix(try distances(samples, .normalised), isComplete: isComplete)
        return Matrices(
            nats: nats.matrix, normalised: normalised.matrix,
            information: estimator == .exact ? try information(samples) : nil,
            heldOut: normalised.heldOut)
    }

    /// The distances of the pairs that were measured, the others left open.
    ///
    /// - Throws: ``HeterogeneityError`` when trainings are missing; an error that names the file when one is damaged.
    public func sampled(
        pairs: [EntryPair]
    ) throws -> (nats: SampledHeterogeneity, normalised: SampledHeterogeneity) {
        let samples = try readSamples(pairs)
        return (try distances(samples, .nats).sampled, try distances(samples, .normalised).sampled)
    }

    /// Per-sample losses of all finished trainings: entry → seed → validation sample.
    private struct MeasuredSamples {
        /// From random starts.
        var own: [[[Double]]]
        /// Row: from; column: to.
        var reached: [[[[Double]]?]]
    }

    private struct MeasuredDistances {
        var sampled: SampledHeterogeneity
        /// See ``HeterogeneityMatrix/transferOwnErrors``.
        var ownErrors: SquareMatrix<Double?>
    }

    private func readSamples(_ pairs: [EntryPair]?) throws -> MeasuredSamples {
        let measured = directions(pairs)
        var missing = 0
        func losses(_ start: TransferStart, _ to: Int, _ seeds: [UInt64]) throws -> [[Double]] {
            try seeds.compactMap { seed in
                let record = try results.record(start, to: entries[to], seed: seed)
                guard let record, record.losses.count == data[to].valid.count else {
                    missing += 1
                    return nil
                }
                return record.losses
            }
        }
        let row: [[[Double]]?] = Array(repeating: nil, count: entries.count)
        var samples = MeasuredSamples(
            own: try entries.indices.map {
                try losses(reference(of: $0), $0, seeds) + losses(.reference, $0, extraSeeds)
            }, reached: Array(repeating: row, count: entries.count))
        for (from, to) in measured {
            samples.reached[from][to] = try losses(.transfer(entries[from]), to, seeds)
        }
        guard missing == 0 else {
            let total = (entries.count + measured.count) * seeds.count + entries.count * extraSeeds.count
            throw HeterogeneityError(
                "\(kind.rawValue): \(missing) of \(total) trainings are not finished; run the other shards and join "
                    + "them with --merge, or run the command again without --shard")
        }
        return samples
    }

    private func distances(_ samples: MeasuredSamples, _ units: HeterogeneityUnits) throws -> MeasuredDistances {
        var transfers = SquareMatrix<Double?>(count: entries.count, repeating: nil)
        var (errors, ownErrors) = (transfers, transfers)
        for to in entries.indices {
            let reached = entries.indices.map { samples.reached[$0][to] }
            let column = TransferColumn(random: samples.own[to], reached: reached.compactMap(\.self))
            let scale = units == .normalised ? 1 / data[to].chanceLoss : data[to].lossInNats
            var own = column.ownErrors[...]
            for (from, losses) in reached.enumerated() {
                guard let losses else { continue }
                ownErrors[from, to] = own.popFirst().map { $0 * scale }
                let estimate = column.transfer(losses, seed: UInt64(from * entries.count + to))
                transfers[from, to] = estimate.value * scale
                errors[from, to] = estimate.standardError * scale
            }
        }
        return MeasuredDistances(
            sampled: try SampledHeterogeneity(
                names: entries.map(\.description), transfers: transfers, transferStandardErrors: errors, units: units),
            ownErrors: ownErrors)
    }

    private func matrix(
        _ measured: MeasuredDistances, isComplete: Bool
    ) throws -> (matrix: HeterogeneityMatrix, heldOut: HeldOutError?) {
        let sampled = measured.sampled
        guard isComplete, let transfers = sampled.transfers else {
            let byRank = try LowRankImputation(completing: sampled, seed: 0)
            guard let additive = try AdditiveImputation(completing: sampled, seed: 0),
                additive.heldOut.rootMeanSquareOfRoots < byRank.heldOut.rootMeanSquareOfRoots
            else { return (byRank.matrix, byRank.heldOut) }
            return (additive.matrix, additive.heldOut)
        }
        let matrix = try HeterogeneityMatrix(
            names: sampled.names, transfers: transfers, transferStandardErrors: sampled.transferStandardErrors,
            units: sampled.units)
        return (try matrix.with(transferOwnErrors: measured.ownErrors), nil)
    }

    private func information(_ samples: MeasuredSamples) throws -> PredictiveInformation {
        func estimate(_ losses: [[Double]], of entry: Int) -> TransferEstimate {
            let scale = data[entry].lossInNats / log(2)
            let gains = losses.map { zip(data[entry].chanceLosses, $0).map { ($0 - $1) * scale } }
            return TransferEstimate(mean: gains, seed: UInt64(entry))
        }
        let owned = entries.indices.map { estimate(samples.own[$0], of: $0) }
        return PredictiveInformation(
            names: entries.map(\.description), own: owned.map(\.value), ownStandardErrors: owned.map(\.standardError),
            reached: try SquareMatrix(
                rows: entries.indices.map { from in
                    entries.indices.map { to in samples.reached[from][to].map { estimate($0, of: to).value } }
                }))
    }
}
