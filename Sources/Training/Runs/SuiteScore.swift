import Multimodal

/// The score of a suite over all of its tasks: the mean of (score − chance) / (1 − chance).
public enum SuiteScore {
    /// Returns the mean of the shares of the given tasks; `nil` when no task has a share.
    public static func value(_ tasks: [String: RunResult.TaskResult]) -> Double? {
        let shares = tasks.sorted { $0.key < $1.key }.compactMap { share(of: $1) }
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }

    /// Returns the share (score − chance) / (1 − chance) of one task. A constant prediction has 0,
    /// a perfect one 1.
    ///
    /// It uses the first metric of which more is better; unbounded error metrics have no share.
    /// Chance is 0 for R² and ½ for the AUROC, otherwise the measured chance level. `nil` when
    /// there is no such metric or its value is undefined.
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
