import Multimodal
import Torch

/// The features that a simple baseline needs: per channel, the mean and the standard deviation
/// over the valid tokens.
///
/// Tables keep their fields, since a mean over different fields means nothing. A stream that some
/// samples lack adds a flag, 1 where it is present. Its features are zero where it is missing.
struct FloorFeatures {
    /// The streams that become features.
    let modalities: [(name: String, isTable: Bool)]

    init(of task: OpenedTask) {
        modalities = task.modalities.map { ($0, task.description(of: $0)?.kind == .table) }
    }

    /// Returns the features of a batch.
    ///
    /// - Result: `[batch, features]`, float32
    func features(of batch: Batch) throws -> Tensor {
        try Tensor.concatenated(
            modalities.flatMap { modality -> [Tensor] in
                guard let data = batch.inputs[modality.name] else { return [] }
                let mask = batch.masks[modality.name]
                let numbers =
                    modality.isTable
                    ? try fields(data, mask, rows: batch.count) : try moments(data, mask, rows: batch.count)
                guard let present = batch.present[modality.name] else { return [numbers] }
                let flags = try Tensor(present.map { $0 ? Float(1) : 0 }, shape: [batch.count, 1])
                return [try numbers * flags, flags]
            }, axis: 1)
    }

    private func moments(_ data: Tensor, _ mask: Tensor?, rows: Int) throws -> Tensor {
        let channels = data.shape.last ?? 1
        let tokens = data.shape.dropFirst().dropLast().reduce(1, *)
        let values = try data.to(dtype: .float32).reshaped([rows, tokens, channels])
        let valid =
            try mask?.to(dtype: .float32).reshaped([rows, tokens, 1])
            ?? Tensor([Float](repeating: 1, count: rows * tokens), shape: [rows, tokens, 1])
        let count = try valid.sum(axes: [1], keepingAxes: true).maximum(1)
        let mean = try (values * valid).sum(axes: [1], keepingAxes: true) / count
        let deviation = try (((values - mean) * valid).squared().sum(axes: [1], keepingAxes: true) / count).squareRoot()
        return try Tensor.concatenated([mean, deviation], axis: 2).reshaped([rows, 2 * channels])
    }

    private func fields(_ data: Tensor, _ mask: Tensor?, rows: Int) throws -> Tensor {
        let width = data.shape.dropFirst().reduce(1, *)
        let values = try data.to(dtype: .float32).reshaped([rows, width])
        guard let mask else { return values }
        let flags = try mask.to(dtype: .float32)
        return try Tensor.concatenated([values, flags.reshaped([rows, flags.count / max(1, rows)])], axis: 1)
    }
}
