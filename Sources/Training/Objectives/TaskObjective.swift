import Multimodal
import Torch

/// What a task minimises, by the kind of its target.
///
/// Classes: cross entropy; labels: binary cross entropy; numbers: squared error of the target standardised on the training
/// split, so that losses of different tasks are of one scale. Entropies are in nats.
public struct TaskObjective: Codable, Equatable, Sendable {
    /// The kind of target.
    public let kind: TargetKind
    /// Mean of each component on the training split; empty unless the target is numbers.
    public let mean: [Double]
    /// Standard deviation of each component on the training split; empty unless the target is numbers.
    public let deviation: [Double]

    /// Reads the statistics it needs from the training split.
    ///
    /// - Throws: an error that names the file when the target cannot be read.
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
        // The difference of two large squares says nothing of a small variance: that is summed up again around the mean.
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
            // Less than float32 resolves is a constant.
            return deviation > 1e-7 * abs(mean) && deviation > 1e-30 ? deviation : 1
        }
    }

    /// The mean loss of a batch.
    ///
    /// # Shapes
    /// outputs: (B, outputs); target: (B) for classes, (B, outputs) otherwise. Result: a scalar.
    public func loss(_ outputs: Tensor, _ target: Tensor) throws -> Tensor {
        switch kind {
        case .classification: try outputs.crossEntropy(target)
        case .multilabel: try outputs.binaryCrossEntropy(target)
        case .regression: try (outputs - standardised(target)).squared().mean()
        }
    }

    /// Outputs in the units of the target.
    public func unstandardised(_ outputs: Tensor) throws -> Tensor {
        guard kind == .regression else { return outputs }
        return try outputs * row(deviation, like: outputs) + row(mean, like: outputs)
    }

    /// Targets in deviations from their mean on the training split.
    public func standardised(_ target: Tensor) throws -> Tensor {
        try (target - row(mean, like: target)) / row(deviation, like: target)
    }

    private func row(_ values: [Double], like tensor: Tensor) throws -> Tensor {
        try Tensor(values.map(Float.init), shape: [1, values.count]).to(device: tensor.device)
    }
}
