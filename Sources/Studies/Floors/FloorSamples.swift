import Multimodal
import Torch

/// The features and targets of one split.
struct FloorSamples {
    /// The summary features of the inputs, `[samples, features]`, float32.
    let features: Tensor
    /// The targets as stored in the dataset: `[samples]` for classes, `[samples, outputs]`
    /// otherwise.
    let target: Tensor

    /// Reads a split, or the given rows of it.
    ///
    /// - Throws: An error naming the file when the dataset cannot be read.
    init(_ task: OpenedTask, _ split: Split, rows: [Int]? = nil) throws {
        let reader = BatchReader(task, split: split)
        let summary = FloorFeatures(of: task)
        var (features, targets): ([Tensor], [Tensor]) = ([], [])
        let rows = rows ?? Array(0..<reader.rows)
        for start in stride(from: 0, to: rows.count, by: 256) {
            let batch = try reader.batch(Array(rows[start..<min(start + 256, rows.count)]))
            features.append(try summary.features(of: batch))
            targets.append(batch.target)
        }
        self.features = try Tensor.concatenated(features, axis: 0)
        target = try Tensor.concatenated(targets, axis: 0)
    }
}
