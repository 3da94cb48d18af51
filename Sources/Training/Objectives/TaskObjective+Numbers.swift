import Torch

extension TaskObjective {
    /// Returns targets as regression values: one-hot classes, labels, or standardised components.
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
        case .multilabel: return target
        case .regression: return try standardised(target)
        }
    }
}
