import Multimodal
import Torch

/// The features and targets of one split.
struct FloorSamples {
    /// The summary features of the inputs, `[samples, features]`, float32.
    let features: Tensor
    /// The targets as stored in the dataset: `[samples]` for classes, `[samples, outputs]`
    /// otherwise.
    let target: Tensor

    /// Reads a split.
    ///
    /// - Throws: An error naming the file when the dataset cannot be read.
    init(_ task: OpenedTask, _ split: Split) throws {
        let reader = BatchReader(task, split: split)
        let summary = SummaryFeatures(of: task)
        var (features, targets): ([Tensor], [Tensor]) = ([], [])
        for rows in BatchOrder(rows: reader.rows, batch: 256, seed: 0, purpose: "").sequential {
            let batch = try reader.batch(rows)
            features.append(try summary.features(of: batch))
            targets.append(batch.target)
        }
        self.features = try Tensor.concatenated(features, axis: 0)
        target = try Tensor.concatenated(targets, axis: 0)
    }
}
