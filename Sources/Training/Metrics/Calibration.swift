import Foundation
import Multimodal

/// The factor of a task's outputs that makes its validation loss least. Source: temperature scaling, Guo et al. 2017.
///
/// Nets that overfit are too sure long before they are wrong more often; the factor takes that back, so that the loss tells of
/// what was learned.
enum Calibration {
    private static let range = log(0.05)...log(10)
    /// Samples that the assumption weighs that nothing has to be scaled.
    private static let prior = 2.0

    /// The factor.
    static func factor(_ predictions: Predictions, _ objective: TaskObjective) -> Double {
        let count = predictions.outputs.count
        guard count > 0 else { return 1 }
        func cost(_ logarithm: Double) -> Double {
            objective.loss(of: predictions, factor: exp(logarithm)) * Double(count) + prior * logarithm * logarithm
        }
        // Golden section: the cost falls and rises once.
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (range.lowerBound, range.upperBound)
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (cost(left), cost(right))
        for _ in 0..<25 {
            if atLeft < atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = cost(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = cost(right)
            }
        }
        return exp((low + high) / 2)
    }
}

extension TaskObjective {
    /// The mean loss of predictions whose outputs are multiplied with a factor; numbers in deviations from the training mean.
    func loss(of predictions: Predictions, factor: Double) -> Double {
        var total = 0.0
        for (outputs, truths) in zip(predictions.outputs, predictions.truths) {
            switch kind {
            case .classification:
                let scaled = outputs.map { Double($0) * factor }
                let largest = scaled.max() ?? 0
                let sum = scaled.reduce(0) { $0 + exp($1 - largest) }
                total += largest + log(sum) - scaled[Int(truths[0])]
            case .multilabel:
                let losses = zip(outputs, truths).map { output, truth in
                    let scaled = Double(output) * factor
                    return max(scaled, 0) - scaled * Double(truth) + log(1 + exp(-abs(scaled)))
                }
                total += losses.reduce(0, +) / Double(max(1, losses.count))
            case .regression:
                let errors = outputs.indices.map { index in
                    let own = (Double(outputs[index]) - mean[index]) / deviation[index] * factor
                    let error = own - (Double(truths[index]) - mean[index]) / deviation[index]
                    return error * error
                }
                total += errors.reduce(0, +) / Double(max(1, errors.count))
            }
        }
        return total / Double(max(1, predictions.outputs.count))
    }

    /// Predictions whose outputs are multiplied with a factor.
    func scaled(_ predictions: Predictions, by factor: Double) -> Predictions {
        predictions.mapped { outputs in
            kind == .regression
                ? outputs.indices.map { Float((Double(outputs[$0]) - mean[$0]) * factor + mean[$0]) }
                : outputs.map { Float(Double($0) * factor) }
        }
    }
}
