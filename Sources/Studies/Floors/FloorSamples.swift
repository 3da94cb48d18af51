import Multimodal
import Torch

/// The samples of one split as a floor sees them.
struct FloorSamples {
    /// The summary features of the inputs, `[samples, features]`, float32.
    let features: Tensor
    /// Targets as the dataset has them: (samples) for classes, (samples, outputs) otherwise.
    let target: Tensor

    /// Reads a split.
    ///
    /// - Throws: an error that names the file when the dataset cannot be read.
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
