import Multimodal
import Training

/// One number for all tasks of a suite: the mean of (score − chance) / (1 − chance).
public enum SuiteScore {
    /// The score of a result. Of each task the first metric counts; for numbers it is R², whose chance is 0.
    public static func value(_ result: RunResult) -> Double {
        let shares = result.tasks.sorted { $0.key < $1.key }.compactMap { _, task -> Double? in
            guard let metric = task.metrics.first(where: \.higherIsBetter),
                let value = task.scores.metrics[metric.rawValue]
            else { return nil }
            let chance = metric == .r2 ? 0 : task.chance[metric.rawValue] ?? 0
            return chance < 1 ? (value - chance) / (1 - chance) : nil
        }
        return Sample(shares).mean
    }
}
