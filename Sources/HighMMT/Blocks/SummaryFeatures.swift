import Torch

/// Simple statistics of the inputs of a task: for each channel the mean and the deviation over valid tokens; for tables the
/// numbers themselves.
public enum SummaryFeatures {
    /// The statistics of one modality of a batch; zero for a sample that lacks it.
    ///
    /// # Shapes
    /// Result: (B, width).
    ///
    /// - Throws: ``ModelError`` when the numbers of a sample are not as many as `shape` says.
    public static func of(_ stream: StreamInput, _ shape: SummaryShape) throws -> Tensor {
        let rows = try stream.data.size(0)
        let features = try shape.keepsTokens ? stream.data.reshaped([rows, -1]) : moments(stream, shape, rows: rows)
        guard try features.size(1) == shape.width else {
            throw ModelError("a summary of \(try features.size(1)) numbers; expected \(shape.width)")
        }
        return features
    }

    /// Standardised statistics, none further than six deviations from the mean: one strange number must not decide alone.
    public static func limited(_ standardised: Tensor) throws -> Tensor { try standardised.maximum(-6).minimum(6) }

    private static func moments(_ stream: StreamInput, _ shape: SummaryShape, rows: Int) throws -> Tensor {
        let tokens = stream.data.shape.dropFirst().dropLast().reduce(1, *)
        let channels = (stream.data.shape.last ?? 1) / shape.places
        let values = try stream.data.reshaped([rows, tokens * shape.places, channels])
        let count: Tensor
        let (mean, spread): (Tensor, Tensor)
        if let mask = stream.mask {
            var valid = try mask.to(dtype: .float32).reshaped([rows, tokens, 1])
            if shape.places > 1 {
                valid = try valid.expanded([rows, tokens, shape.places]).reshaped([rows, tokens * shape.places, 1])
            }
            count = try valid.sum(axes: [1], keepingAxes: true).maximum(1)
            mean = try (values * valid).sum(axes: [1], keepingAxes: true) / count
            spread = try ((values - mean) * valid).squared().sum(axes: [1], keepingAxes: true) / count
        } else {
            mean = try values.mean(axes: [1], keepingAxes: true)
            spread = try (values - mean).squared().mean(axes: [1], keepingAxes: true)
        }
        return try Tensor.concatenated([mean, spread.squareRoot()], axis: 2).reshaped([rows, 2 * channels])
    }
}
