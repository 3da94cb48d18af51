import Foundation
import Multimodal

/// The outputs of a task's head and of its summary path for some samples, before they are added.
struct PartialOutputs {
    /// The outputs of the head, samples · outputs values.
    var head: [Double] = []
    /// The outputs of the summary path, samples · outputs values; empty without one.
    var summary: [Double] = []
    /// The targets: samples · outputs values for labels and components, one per sample for classes.
    var truths: [Float] = []
    /// The number of outputs per sample.
    let width: Int

    /// The number of samples.
    var count: Int { head.count / max(1, width) }

    init(width: Int) { self.width = width }

    /// Returns the outputs of all samples: the sum of both parts, each times its factor.
    func sums(_ factors: Calibration.Factors) -> [Double] {
        guard !summary.isEmpty else { return head.map { $0 * factors.head } }
        return head.indices.map { head[$0] * factors.head + summary[$0] * factors.summary }
    }
}

/// The factors of a task's head and summary path that minimise its validation loss. Source:
/// temperature scaling, Guo et al. 2017.
///
/// A model that overfits is overconfident long before it makes more errors; the factors correct
/// this. They also weigh head and summary path against each other. A harmful head gets a factor
/// near zero, so that a task is hardly worse on the validation split than its summary path alone.
enum Calibration {
    /// The factors of both outputs.
    struct Factors: Equatable {
        var summary = 1.0
        var head = 1.0
    }

    /// The range of the logarithm of the factor of a head alone.
    private static let logarithms = (log(0.05), log(10.0))
    /// The largest factor of a head or summary path where both are added.
    private static let most = 3.0
    /// The number of samples that the prior assumption counts as much as: a head alone needs no
    /// factor, and a head and a summary path count equally.
    private static let prior = 2.0
    private static let rounds = 4

    /// Returns the factors of a task.
    static func factors(_ outputs: PartialOutputs, _ objective: TaskObjective) -> Factors {
        guard outputs.count > 0 else { return Factors() }
        func loss(_ factors: Factors) -> Double {
            objective.loss(outputs.sums(factors), outputs.truths, width: outputs.width) * Double(outputs.count)
        }
        guard !outputs.summary.isEmpty else {
            let logarithm = minimum(logarithms.0, logarithms.1) {
                loss(Factors(summary: 1, head: exp($0))) + prior * $0 * $0
            }
            return Factors(summary: 1, head: exp(logarithm))
        }
        func cost(_ factors: Factors) -> Double {
            let (summary, head) = (factors.summary - 0.5, factors.head - 0.5)
            return loss(factors) + prior * (summary * summary + head * head)
        }
        var factors = Factors(summary: 0.5, head: 0.5)
        for _ in 0..<rounds {
            factors.head = minimum(0, most) { cost(Factors(summary: factors.summary, head: $0)) }
            factors.summary = minimum(0, most) { cost(Factors(summary: $0, head: factors.head)) }
        }
        return factors
    }

    /// Returns the minimum of a unimodal function, by golden-section search.
    private static func minimum(_ from: Double, _ to: Double, _ cost: (Double) -> Double) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (from, to)
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (cost(left), cost(right))
        for _ in 0..<18 {
            if atLeft <= atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = cost(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = cost(right)
            }
        }
        return (low + high) / 2
    }
}

extension TaskObjective {
    /// Returns the mean loss of outputs. Those of a regression are standardised.
    func loss(_ outputs: [Double], _ truths: [Float], width: Int) -> Double {
        let count = outputs.count / max(1, width)
        var total = 0.0
        for row in 0..<count {
            let start = row * width
            switch kind {
            case .classification:
                var largest = -Double.infinity
                for index in start..<(start + width) { largest = max(largest, outputs[index]) }
                var sum = 0.0
                for index in start..<(start + width) { sum += exp(outputs[index] - largest) }
                total += largest + log(sum) - outputs[start + Int(truths[row])]
            case .multilabel:
                let known = known(truths, start, width)
                for index in start..<(start + width) where !truths[index].isNaN {
                    let output = outputs[index]
                    total +=
                        (max(output, 0) - output * Double(truths[index]) + log(1 + exp(-abs(output)))) / known
                }
            case .regression:
                let known = known(truths, start, width)
                for component in 0..<width where !truths[start + component].isNaN {
                    let truth = (Double(truths[start + component]) - mean[component]) / deviation[component]
                    let error = outputs[start + component] - truth
                    total += error * error / known
                }
            }
        }
        return total / Double(max(1, count))
    }

    /// Returns the number of labels or components that a row has, at least one.
    private func known(_ truths: [Float], _ start: Int, _ width: Int) -> Double {
        lacksLabels ? Double(max(1, (start..<start + width).count { !truths[$0].isNaN })) : Double(width)
    }

    /// Returns the predictions for outputs.
    func predictions(_ outputs: [Double], _ truths: [Float], target: TargetDescription) -> Predictions {
        let width = target.outputs
        let numbers = outputs.enumerated().map { index, output in
            Float(kind == .regression ? output * deviation[index % width] + mean[index % width] : output)
        }
        var predictions = Predictions(target)
        predictions.add(outputs: numbers, width: width, truths: truths, truthWidth: kind == .classification ? 1 : width)
        return predictions
    }
}
