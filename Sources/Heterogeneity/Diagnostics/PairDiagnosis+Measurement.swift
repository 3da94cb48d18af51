import Foundation

extension PairDiagnosis {
    /// Returns the diagnoses of all pairs, from the random-start predictors of two measurements.
    ///
    /// Information is the predictive information of the predictors. The redundant share is
    /// estimated from the joint counts of predicted classes and targets. Using the most probable
    /// class loses some information but keeps the tables small.
    ///
    /// - Parameters:
    ///   - modalities: The measurement of modality heterogeneity.
    ///   - interactions: The measurement of interaction heterogeneity of the same suite.
    /// - Throws: ``HeterogeneityError`` if a training is missing or used other samples; `FileError`
    ///   for a damaged record.
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
            let position = modalities.entries.firstIndex { $0.task == pair.task && $0.modalities == [name] }
            guard let position, modalities.targets[position].valid.rows == data.valid.rows else {
                throw HeterogeneityError(
                    "\(pair): its modalities were measured on other samples than the pair; measure both with the same "
                        + "budget")
            }
            return position
        }
        let records = try [
            modalities.starts(of: streams[0]), modalities.starts(of: streams[1]), interactions.starts(of: index),
        ]
        let scale = data.lossInNats / log(2)
        let bits = records.map { records in
            records.map { record in zip(data.chanceLosses, record.losses).map { ($0 - $1) * scale } }
        }
        let means = bits.enumerated().map { TransferEstimate(mean: $0.element, seed: UInt64($0.offset)).value }
        let better = means[0] >= means[1] ? 0 : 1
        let gains = zip(bits[2], bits[better]).map { zip($0, $1).map { $0 - $1 } }
        let gain = TransferEstimate(mean: gains, seed: UInt64(index))
        let share = try data.discreteTargets().map { targets in
            try sharedShare(targets, first: records[0], second: records[1])
        }
        return PairDiagnosis(
            pair: pair.description, first: means[0], second: means[1], both: means[2], gain: gain.value,
            gainStandardError: gain.standardError,
            decomposition: share.map {
                InformationDecomposition(first: means[0], second: means[1], both: means[2], sharedShare: $0)
            })
    }

    /// Returns the redundant share of the smaller information, from counts of targets and
    /// predictions over all seeds.
    ///
    /// - Throws: ``HeterogeneityError`` if a record holds no predictions.
    private static func sharedShare(
        _ targets: [Int], first: [TransferRecord], second: [TransferRecord]
    ) throws -> Double {
        let predictions = (first + second).compactMap(\.predicted)
        let values = 1 + max(0, (predictions.joined() + targets).max() ?? 0)
        func counts(_ records: [TransferRecord]) throws -> [[Double]] {
            var table = Array(repeating: Array(repeating: 0.0, count: values), count: values)
            for record in records {
                guard let predicted = record.predicted, predicted.count == targets.count else {
                    throw HeterogeneityError(
                        "\(record.to): the record of its training holds no predictions; remove it to train again")
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
