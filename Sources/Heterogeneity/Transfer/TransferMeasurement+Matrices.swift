import Foundation

extension TransferMeasurement {
    /// What a finished measurement says.
    public struct Matrices: Sendable {
        /// Distances in nats.
        public var nats: HeterogeneityMatrix
        /// Distances in losses of predicting the label frequencies (or the mean), which compare between tasks.
        public var normalised: HeterogeneityMatrix
        /// The same measurement as predictive information.
        public var information: PredictiveInformation
        /// How wrong the filled-in values of `normalised` are; nothing when every pair was measured.
        public var heldOut: LowRankImputation.HeldOutError?
    }

    /// The matrices of the finished trainings.
    ///
    /// - Parameter pairs: the pairs that were measured; the others are filled in by a low-rank model.
    /// - Throws: ``HeterogeneityError`` when trainings are missing; an error that names the file when one is damaged.
    public func matrices(pairs: [EntryPair]? = nil) throws -> Matrices {
        let measured = directions(pairs)
        var missing = 0
        func losses(_ from: Int?, _ to: Int) throws -> [[Double]] {
            try seeds.compactMap { seed in
                let record = try records.record(from: from.map { entries[$0] }, to: entries[to], seed: seed)
                guard let record, record.losses.count == data[to].valid.count else {
                    missing += 1
                    return nil
                }
                return record.losses
            }
        }
        let own = try entries.indices.map { try losses(nil, $0) }
        var differences: [[[[Double]]?]] = Array(
            repeating: Array(repeating: nil, count: entries.count), count: entries.count)
        var reached = differences
        for (from, to) in measured {
            let transferred = try losses(from, to)
            reached[from][to] = transferred
            differences[from][to] = zip(transferred, own[to]).map { zip($0, $1).map { $0 - $1 } }
        }
        guard missing == 0 else {
            let total = (entries.count + measured.count) * seeds.count
            throw HeterogeneityError(
                "\(kind.rawValue): \(missing) of \(total) trainings are not finished; run the other shards and join "
                    + "them with --merge, or run the command again without --shard")
        }
        let scales = data.map { data in
            let chance = data.chanceLosses.reduce(0, +) / Double(data.chanceLosses.count)
            return (nats: data.lossInNats, normalised: 1 / max(chance, 1e-12))
        }
        let isComplete = pairs.map { Set($0).count == entries.count * (entries.count - 1) / 2 } ?? true
        let nats = try matrix(differences, scales.map(\.nats), .nats, isComplete: isComplete)
        let normalised = try matrix(differences, scales.map(\.normalised), .normalised, isComplete: isComplete)
        return Matrices(
            nats: nats.matrix, normalised: normalised.matrix,
            information: try information(own: own, reached: reached), heldOut: normalised.heldOut)
    }

    private func matrix(
        _ differences: [[[[Double]]?]], _ scales: [Double], _ units: HeterogeneityUnits, isComplete: Bool
    ) throws -> (matrix: HeterogeneityMatrix, heldOut: LowRankImputation.HeldOutError?) {
        var transfers = SquareMatrix<Double?>(count: entries.count, repeating: nil)
        var errors = transfers
        for from in entries.indices {
            for to in entries.indices {
                guard let samples = differences[from][to] else { continue }
                let estimate = TransferEstimate(mean: samples, seed: UInt64(from * entries.count + to))
                transfers[from, to] = estimate.value * scales[to]
                errors[from, to] = estimate.standardError * scales[to]
            }
        }
        let names = entries.map(\.description)
        guard !isComplete else {
            let matrix = try HeterogeneityMatrix(
                names: names, transfers: transfers, transferStandardErrors: errors, units: units)
            return (matrix, nil)
        }
        let sampled = try SampledHeterogeneity(
            names: names, transfers: transfers, transferStandardErrors: errors, units: units)
        let completed = try LowRankImputation(completing: sampled, seed: 0)
        return (completed.matrix, completed.heldOut)
    }

    private func information(own: [[[Double]]], reached: [[[[Double]]?]]) throws -> PredictiveInformation {
        func estimate(_ losses: [[Double]], of entry: Int) -> TransferEstimate {
            let scale = data[entry].lossInNats / log(2)
            let gains = losses.map { zip(data[entry].chanceLosses, $0).map { ($0 - $1) * scale } }
            return TransferEstimate(mean: gains, seed: UInt64(entry))
        }
        let owned = entries.indices.map { estimate(own[$0], of: $0) }
        return PredictiveInformation(
            names: entries.map(\.description), own: owned.map(\.value), ownStandardErrors: owned.map(\.standardError),
            reached: try SquareMatrix(
                rows: entries.indices.map { from in
                    entries.indices.map { to in reached[from][to].map { estimate($0, of: to).value } }
                }))
    }
}
