import Torch

extension TaskObjective {
    /// Returns targets as regression values: one-hot classes, labels, or standardised components.
    /// Samples that lack a component get the mean over those that have it.
    ///
    /// # Shapes
    /// target: `[batch]` for classes, `[batch, outputs]` otherwise. Result: `[batch, outputs]`.
    ///
    /// - Throws: `TorchError` when the shape does not fit.
    public func numbers(_ target: Tensor, outputs: Int) throws -> Tensor {
        switch kind {
        case .classification:
            let labels = try target.integers()
            var values = [Float](repeating: 0, count: labels.count * outputs)
            for (row, label) in labels.enumerated() where (0..<outputs).contains(Int(label)) {
                values[row * outputs + Int(label)] = 1
            }
            return try Tensor(values, shape: [labels.count, outputs])
        case .multilabel: return lacksLabels ? try Self.imputed(target, outputs) : target
        case .regression:
            let standardised = try standardised(target)
            return lacksLabels ? try Self.imputed(standardised, outputs) : standardised
        }
    }

    private static func imputed(_ target: Tensor, _ width: Int) throws -> Tensor {
        var values = try target.floats()
        for place in 0..<width {
            let column = stride(from: place, to: values.count, by: width)
            let known = column.map { values[$0] }.filter(\.isFinite)
            let mean = known.reduce(0, +) / Float(max(1, known.count))
            for index in column where !values[index].isFinite { values[index] = mean }
        }
        return try Tensor(values, shape: [values.count / max(1, width), width])
    }
}
