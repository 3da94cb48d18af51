import Foundation
import Multimodal
import Torch

/// The loss of always predicting the label frequencies, or the mean, of the training split.
enum ChanceLoss {
    /// Returns the loss on a split, at least 0.001 so that it can be a divisor.
    ///
    /// - Parameter trainingRows: The training rows whose frequencies are counted.
    /// - Throws: An error that names the file when a target cannot be read.
    static func value(
        of task: OpenedTask, _ objective: TaskObjective, trainingRows: [Int], on split: Split
    ) throws -> Double {
        let constant = try constantOutputs(of: task, objective, trainingRows)
        let reader = BatchReader(task, split: split)
        let rows = split == .train ? trainingRows : Array(0..<reader.rows)
        guard !rows.isEmpty else { return 1 }
        var total = 0.0
        for start in stride(from: 0, to: rows.count, by: 4096) {
            let own = Array(rows[start..<min(start + 4096, rows.count)])
            let outputs = try Tensor(constant, shape: [1, constant.count]).expanded([own.count, constant.count])
            total += try objective.loss(outputs, reader.target(own)).item() * Double(own.count)
        }
        return max(total / Double(rows.count), 1e-3)
    }

    private static func constantOutputs(
        of task: OpenedTask, _ objective: TaskObjective, _ rows: [Int]
    ) throws -> [Float] {
        let target = try BatchReader(task, split: .train).target(rows)
        let width = task.target.outputs
        switch objective.kind {
        case .classification:
            // Half a row is added to every class. A class without training rows would have an
            // infinite loss.
            var counts = [Double](repeating: 0.5, count: width)
            for label in try target.integers() where counts.indices.contains(Int(label)) { counts[Int(label)] += 1 }
            return counts.map { Float(log($0)) }
        case .multilabel:
            let labels = try target.floats()
            return (0..<width).map { place in
                let known = stride(from: place, to: labels.count, by: width).map { labels[$0] }.filter(\.isFinite)
                let positive = known.reduce(0) { $0 + Double($1) } + 0.5
                return Float(log(positive / (Double(known.count) + 1 - positive)))
            }
        case .regression: return [Float](repeating: 0, count: width)
        }
    }
}
