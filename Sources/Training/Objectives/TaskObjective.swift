import Multimodal
import Torch

/// The objective of a task, chosen by the kind of its target.
///
/// Classification uses cross entropy and labels use binary cross entropy, both in nats. Regression
/// uses the squared error of the target standardised on the training split, so that the losses of
/// tasks have similar scales.
public struct TaskObjective: Codable, Equatable, Sendable {
    /// The kind of the target.
    public let kind: TargetKind
    /// The mean of each component on the training split; empty unless the task is a regression.
    public let mean: [Double]
    /// The standard deviation of each component on the training split; empty unless the task is a
    /// regression.
    public let deviation: [Double]

    /// True when some rows lack some labels or components; `nil` when none does.
    private let gaps: Bool?

    var lacksLabels: Bool { gaps ?? false }

    /// Creates the objective of a target whose values are not standardised.
    public init(unstandardised kind: TargetKind, outputs: Int) {
        self.kind = kind
        gaps = nil
        mean = Array(repeating: 0, count: kind == .regression ? outputs : 0)
        deviation = Array(repeating: 1, count: kind == .regression ? outputs : 0)
    }

    /// Creates the objective of a task, with the statistics of its training split.
    ///
    /// - Throws: `DatasetError` or `SafetensorsError` that names the file when the target cannot be
    ///   read.
    public init(_ task: OpenedTask) throws {
        kind = task.target.kind
        let lacksLabels = Split.allCases.contains { task.dataset.rows(of: $0).hasLabelFlags(task.task.target) }
        gaps = lacksLabels ? true : nil
        guard kind == .regression else {
            mean = []
            deviation = []
            return
        }
        let reader = BatchReader(task, split: .train)
        let width = task.target.outputs
        var sums = [Double](repeating: 0, count: width)
        var (squares, counts) = (sums, sums)
        for rows in BatchOrder(rows: reader.rows, batch: 4096, seed: 0, purpose: "").sequential {
            for (index, value) in try reader.target(rows).floats().enumerated() where !value.isNaN {
                sums[index % width] += Double(value)
                squares[index % width] += Double(value) * Double(value)
                counts[index % width] += 1
            }
        }
        counts = counts.map { max(1, $0) }
        let means = zip(sums, counts).map { $0 / $1 }
        mean = means
        let variances = (0..<width).map { max(0, squares[$0] / counts[$0] - means[$0] * means[$0]) }
        // The difference of two large squares is too inaccurate for a small variance. Such a
        // variance is summed again, around the mean.
        let isSmall = zip(variances, means).contains { $0 <= 1e-12 || $0 < 1e-8 * $1 * $1 }
        guard isSmall else {
            deviation = variances.map { $0.squareRoot() }
            return
        }
        var centred = [Double](repeating: 0, count: width)
        for rows in BatchOrder(rows: reader.rows, batch: 4096, seed: 0, purpose: "").sequential {
            for (index, value) in try reader.target(rows).floats().enumerated() where !value.isNaN {
                let difference = Double(value) - means[index % width]
                centred[index % width] += difference * difference
            }
        }
        deviation = (0..<width).map { place in
            let deviation = (centred[place] / counts[place]).squareRoot()
            // A deviation below the resolution of float32 counts as constant.
            return deviation > 1e-7 * abs(means[place]) && deviation > 1e-30 ? deviation : 1
        }
    }

    /// Returns the mean loss of a batch. The loss of a sample is the mean over the labels or
    /// components that it has.
    ///
    /// # Shapes
    /// outputs: `[batch, outputs]`; target: `[batch]` for classes, `[batch, outputs]` otherwise,
    /// NaN for what a sample lacks. Result: a scalar.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    public func loss(_ outputs: Tensor, _ target: Tensor) throws -> Tensor {
        guard !lacksLabels else { return try sampleLosses(outputs, target).mean() }
        switch kind {
        case .classification: return try outputs.crossEntropy(target)
        case .multilabel: return try outputs.binaryCrossEntropy(target)
        case .regression: return try (outputs - standardised(target)).squared().mean()
        }
    }

    /// Returns outputs in the units of the target.
    ///
    /// # Shapes
    /// outputs and result: `[batch, outputs]`.
    ///
    /// - Throws: `TorchError` when the shape does not fit.
    public func unstandardised(_ outputs: Tensor) throws -> Tensor {
        guard kind == .regression else { return outputs }
        return try outputs * row(deviation, like: outputs) + row(mean, like: outputs)
    }

    /// Returns targets standardised by their mean and standard deviation on the training split.
    ///
    /// # Shapes
    /// target and result: `[batch, outputs]`.
    ///
    /// - Throws: `TorchError` when the shape does not fit.
    public func standardised(_ target: Tensor) throws -> Tensor {
        try (target - row(mean, like: target)) / row(deviation, like: target)
    }

    private func row(_ values: [Double], like tensor: Tensor) throws -> Tensor {
        try Tensor(values.map(Float.init), shape: [1, values.count]).to(device: tensor.device)
    }
}
