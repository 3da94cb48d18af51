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

    /// Creates the objective of a target whose values are not standardised.
    init(unstandardised kind: TargetKind, outputs: Int) {
        self.kind = kind
        mean = Array(repeating: 0, count: kind == .regression ? outputs : 0)
        deviation = Array(repeating: 1, count: kind == .regression ? outputs : 0)
    }

    /// Creates the objective of a task, with the statistics of its training split.
    ///
    /// - Throws: `DatasetError` or `SafetensorsError` that names the file when the target cannot be
    ///   read.
    public init(_ task: OpenedTask) throws {
        kind = task.target.kind
        guard kind == .regression else {
            mean = []
            deviation = []
            return
        }
        let reader = BatchReader(task, split: .train)
        let width = task.target.outputs
        var sums = [Double](repeating: 0, count: width)
        var squares = sums
        for rows in BatchOrder(rows: reader.rows, batch: 4096, seed: 0, purpose: "").sequential {
            for (index, value) in try reader.target(rows).floats().enumerated() {
                sums[index % width] += Double(value)
                squares[index % width] += Double(value) * Double(value)
            }
        }
        let count = Double(max(1, reader.rows))
        let means = sums.map { $0 / count }
        mean = means
        let variances = zip(squares, means).map { square, mean in max(0, square / count - mean * mean) }
        // The difference of two large squares is too inaccurate for a small variance. Such a
        // variance is summed again, around the mean.
        let isSmall = zip(variances, means).contains { $0 <= 1e-12 || $0 < 1e-8 * $1 * $1 }
        guard isSmall else {
            deviation = variances.map { $0.squareRoot() }
            return
        }
        var centred = [Double](repeating: 0, count: width)
        for rows in BatchOrder(rows: reader.rows, batch: 4096, seed: 0, purpose: "").sequential {
            for (index, value) in try reader.target(rows).floats().enumerated() {
                let difference = Double(value) - means[index % width]
                centred[index % width] += difference * difference
            }
        }
        deviation = zip(centred, means).map { sum, mean in
            let deviation = (sum / count).squareRoot()
            // A deviation below the resolution of float32 counts as constant.
            return deviation > 1e-7 * abs(mean) && deviation > 1e-30 ? deviation : 1
        }
    }

    /// Returns the mean loss of a batch.
    ///
    /// # Shapes
    /// outputs: `[batch, outputs]`; target: `[batch]` for classes, `[batch, outputs]` otherwise.
    /// Result: a scalar.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    public func loss(_ outputs: Tensor, _ target: Tensor) throws -> Tensor {
        switch kind {
        case .classification: try outputs.crossEntropy(target)
        case .multilabel: try outputs.binaryCrossEntropy(target)
        case .regression: try (outputs - standardised(target)).squared().mean()
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
