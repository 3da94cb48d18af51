import Foundation

extension PairDiagnosis {
    /// Returns the diagnoses of all pairs, from the random-start predictors of two measurements.
    ///
    /// Information is the predictive information of the predictors. The redundant share is
    /// estimated from the joint counts of predicted classes and targets. Using the most probable
    /// class loses some information but keeps the tables small. Where samples lack modalities, only
    /// those count that all three predictors of a pair were validated on.
    ///
    /// - Parameters:
    ///   - modalities: The measurement of modality heterogeneity.
    ///   - interactions: The measurement of interaction heterogeneity of the same suite.
    /// - Throws: ``HeterogeneityError`` if a training is missing or no validation sample is common
    ///   to a pair and its modalities; `FileError` for a damaged record.
    public static func all(
        modalities: TransferMeasurement, interactions: TransferMeasurement
    ) throws -> [PairDiagnosis] {
        try interactions.entries.indices.map { try diagnosis($0, modalities: modalities, interactions: interactions) }
    }

    private static func diagnosis(
        _ index: Int, modalities: TransferMeasurement, interactions: TransferMeasurement
    ) throws -> PairDiagnosis {
        let pair = interactions.entries[index]
        let data = interactions.targets[index]
        let streams = try pair.modalities.map { name in
            guard let position = modalities.entries.firstIndex(of: TransferEntry(task: pair.task, modalities: [name]))
            else {
                throw HeterogeneityError("\(pair): '\(name)' was not measured; measure both kinds with one command")
            }
            return position
        }
        let order = (streams.map { modalities.targets[$0].valid.rows } + [data.valid.rows]).map { rows in
            Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
        }
        let common = data.valid.rows.filter { row in order.allSatisfy { $0[row] != nil } }
        let places = order.map { order in common.compactMap { order[$0] } }
        guard !common.isEmpty else {
            throw HeterogeneityError(
                "\(pair): no validation sample was measured with the pair and with both of its modalities; measure with "
                    + "more samples")
        }
        let starts = try [
            modalities.starts(of: streams[0]), modalities.starts(of: streams[1]), interactions.starts(of: index),
        ]
        let records = zip(starts, places).map { records, places in records.map { CommonSamples($0, at: places) } }
        let chances = places[2].map { data.chanceLosses[$0] }
        let scale = data.lossInNats / log(2)
        let bits = records.map { records in
            records.map { record in zip(chances, record.losses).map { ($0 - $1) * scale } }
        }
        let means = bits.enumerated().map { TransferEstimate(mean: $0.element, seed: UInt64($0.offset)).value }
        let better = means[0] >= means[1] ? 0 : 1
        let gains = zip(bits[2], bits[better]).map { zip($0, $1).map { $0 - $1 } }
        let gain = TransferEstimate(mean: gains, seed: UInt64(index))
        let share = try data.discreteTargets().map { targets in
            try sharedShare(places[2].map { targets[$0] }, first: records[0], second: records[1])
        }
        return PairDiagnosis(
            pair: pair.description, first: means[0], second: means[1], both: means[2], gain: gain.value,
            gainStandardError: gain.standardError,
            decomposition: share.map {
                InformationDecomposition(first: means[0], second: means[1], both: means[2], sharedShare: $0)
            })
    }

    /// The findings of a predictor for the samples that all predictors of a pair have in common.
    private struct CommonSamples {
        let entry: String
        let losses: [Double]
        let predicted: [Int]?

        init(_ record: TransferRecord, at places: [Int]) {
            entry = record.to
            losses = places.map { record.losses[$0] }
            predicted = record.predicted.flatMap { predicted in
                predicted.count == record.losses.count ? places.map { predicted[$0] } : nil
            }
        }
    }

    /// Returns the redundant share of the smaller information, from counts of targets and
    /// predictions over all seeds.
    ///
    /// - Throws: ``HeterogeneityError`` if a record holds no predictions.
    private static func sharedShare(
        _ targets: [Int], first: [CommonSamples], second: [CommonSamples]
    ) throws -> Double {
        let predictions = (first + second).compactMap(\.predicted)
        let values = 1 + max(0, (predictions.joined() + targets).max() ?? 0)
        func counts(_ records: [CommonSamples]) throws -> [[Double]] {
            var table = Array(repeating: Array(repeating: 0.0, count: values), count: values)
            for record in records {
                guard let predicted = record.predicted else {
                    throw HeterogeneityError(
                        "\(record.entry): the record of its training holds no predictions; remove it to train again")
                }
                for (target, value) in zip(targets, predicted) where target >= 0 && value >= 0 {
                    table[target][value] += 1
                }
            }
            return table
        }
        let divided = InformationDecomposition.marginals(first: try counts(first), second: try counts(second))
        let least = min(divided.first, divided.second)
        return least > 1e-9 ? divided.redundant / least : 0
    }
}
