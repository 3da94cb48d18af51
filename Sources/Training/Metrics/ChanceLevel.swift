import Multimodal
import Torch

/// The scores of a constant prediction: the most frequent class or the mean of the training split.
public enum ChanceLevel {
    /// Returns the value of every metric for predictions that do not depend on the input.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - split: The split to score.
    /// - Throws: `DatasetError` or `SafetensorsError` that names the file when the targets cannot
    ///   be read.
    public static func scores(of task: OpenedTask, on split: Split) throws -> [String: Double] {
        let constant = try constantOutput(of: task)
        let truths = try targets(of: task, on: split)
        var predictions = Predictions(task.target)
        let rows = try truths.size(0)
        let outputs = try Tensor(constant, shape: [1, constant.count]).expanded([rows, constant.count])
        try predictions.add(outputs: outputs, truths: truths)
        let values = task.metrics.map { ($0.rawValue, predictions.value(of: $0)) }.filter { $0.1.isFinite }
        return Dictionary(uniqueKeysWithValues: values)
    }

    private static func targets(of task: OpenedTask, on split: Split) throws -> Tensor {
        let reader = BatchReader(task, split: split)
        return try reader.target(Array(0..<reader.rows))
    }

    private static func constantOutput(of task: OpenedTask) throws -> [Float] {
        let truths = try targets(of: task, on: .train)
        let width = task.target.outputs
        switch task.target.kind {
        case .classification:
            var counts = [Float](repeating: 0, count: width)
            for label in try truths.integers() where counts.indices.contains(Int(label)) { counts[Int(label)] += 1 }
            return counts
        case .multilabel: return try Self.means(truths).map { $0 - 0.5 }
        case .regression: return try Self.means(truths)
        }
    }

    /// Returns the mean of each column over the rows that have it.
    private static func means(_ truths: Tensor) throws -> [Float] {
        let (values, width) = try (truths.floats(), truths.size(1))
        return (0..<width).map { place in
            let known = stride(from: place, to: values.count, by: width).map { Double(values[$0]) }.filter(\.isFinite)
            return Float(known.reduce(0, +) / Double(max(1, known.count)))
        }
    }
}
