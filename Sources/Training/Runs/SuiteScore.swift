import Multimodal

/// One number for all tasks of a suite: the mean of (score − chance) / (1 − chance).
public enum SuiteScore {
    /// The score of some tasks: the mean of their shares, in the order of their names. Nothing when none has a share.
    public static func value(_ tasks: [String: RunResult.TaskResult]) -> Double? {
        let shares = tasks.sorted { $0.key < $1.key }.compactMap { share(of: $1) }
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }

    /// (score − chance) / (1 − chance) of one task: 0 for what is scored without looking at any input, 1 for no mistake.
    ///
    /// The first metric counts of which more is better; an error of no bound has no share. Chance is 0 for R² and ½ for the
    /// area under the receiver operating characteristic, otherwise what was measured. Nothing where the metric is undefined.
    public static func share(of task: RunResult.TaskResult) -> Double? {
        guard let metric = task.metrics.first(where: \.higherIsBetter),
            let value = task.scores.metrics[metric.rawValue]
        else { return nil }
        let chance =
            switch metric {
            case .r2: 0.0
            case .auroc: 0.5
            default: task.chance[metric.rawValue] ?? 0
            }
        return chance < 1 ? (value - chance) / (1 - chance) : nil
    }
}
