import Torch

/// Simple statistics of a modality: the mean and standard deviation of each channel over valid
/// tokens, and its means over a few cells of the token grid. For a table, they are the values
/// themselves.
public enum SummaryFeatures {
    /// Returns the statistics of one modality of a batch; zero for a sample that lacks it.
    ///
    /// The means and standard deviations come first. The cells of a sequence divide its valid
    /// tokens only.
    ///
    /// # Shapes
    /// Result: `[batch, width]`.
    ///
    /// - Throws: ``ModelError`` when the number of values per sample differs from `shape`.
    public static func of(_ stream: StreamInput, _ shape: SummaryShape) throws -> Tensor {
        let rows = try stream.data.size(0)
        let features = try shape.keepsTokens ? stream.data.reshaped([rows, -1]) : moments(stream, shape, rows: rows)
        guard try features.size(1) == shape.width else {
            throw ModelError("a summary has \(try features.size(1)) values per sample; expected \(shape.width)")
        }
        return features
    }

    /// Returns the statistics of one modality, followed by their piecewise-linear features.
    ///
    /// # Shapes
    /// Result: `[batch, featureCount]`.
    ///
    /// - Parameter bounds: The bounds of the intervals, `[statistics, intervals + 1]`; `nil`
    ///   without.
    /// - Throws: As ``of(_:_:)``.
    public static func of(_ stream: StreamInput, _ shape: SummaryShape, bounds: Tensor?) throws -> Tensor {
        try withPieces(of(stream, shape), bounds: bounds)
    }

    /// Returns statistics, followed by their piecewise-linear features.
    ///
    /// # Shapes
    /// statistics: `[batch, width]`; result: `[batch, featureCount]`.
    ///
    /// - Parameters:
    ///   - statistics: The statistics, those with intervals first.
    ///   - bounds: As for ``of(_:_:bounds:)``.
    /// - Throws: `TorchError` when the shapes do not fit.
    public static func withPieces(_ statistics: Tensor, bounds: Tensor?) throws -> Tensor {
        guard let bounds else { return statistics }
        let bent = try statistics.narrowed(axis: 1, start: 0, length: bounds.size(0))
        return try Tensor.concatenated([statistics, PiecewiseFeatures.of(bent, bounds: bounds)], axis: 1)
    }

    /// Limits standardised statistics to six standard deviations, so that a single outlier cannot
    /// dominate.
    ///
    /// - Throws: `TorchError` when memory runs out.
    public static func limited(_ standardised: Tensor) throws -> Tensor { try standardised.maximum(-6).minimum(6) }

    private static func moments(_ stream: StreamInput, _ shape: SummaryShape, rows: Int) throws -> Tensor {
        let sizes = Array(stream.data.shape.dropFirst().dropLast())
        let tokens = sizes.reduce(1, *)
        let channels = (stream.data.shape.last ?? 1) / shape.places
        let values = try stream.data.reshaped([rows, tokens * shape.places, channels])
        let valid = try stream.mask?.to(dtype: .float32).reshaped([rows, tokens, 1])
        let (mean, spread): (Tensor, Tensor)
        if let valid {
            let flags =
                try shape.places == 1
                ? valid
                : valid.expanded([rows, tokens, shape.places]).reshaped([rows, tokens * shape.places, 1])
            let count = try flags.sum(axes: [1], keepingAxes: true).maximum(1)
            mean = try (values * flags).sum(axes: [1], keepingAxes: true) / count
            spread = try ((values - mean) * flags).squared().sum(axes: [1], keepingAxes: true) / count
        } else {
            mean = try values.mean(axes: [1], keepingAxes: true)
            spread = try (values - mean).squared().mean(axes: [1], keepingAxes: true)
        }
        var parts = try [mean, spread.squareRoot()].map { try $0.reshaped([rows, channels]) }
        if shape.cellCount > 1 {
            let perToken =
                try shape.places == 1
                ? values : values.reshaped([rows, tokens, shape.places, channels]).mean(axes: [2])
            let weights = try self.weights(shape.cells, sizes: sizes, valid: valid, device: values.device)
            parts.append(try weights.matmul(perToken).reshaped([rows, shape.cellCount * channels]))
        }
        return try Tensor.concatenated(parts, axis: 1)
    }

    /// Returns the weights of tokens in the means of cells, `[cells, tokens]` or `[batch, cells,
    /// tokens]`.
    private static func weights(_ cells: [Int], sizes: [Int], valid: Tensor?, device: Device) throws -> Tensor {
        let long = sizes.indices.filter { sizes[$0] > 1 }
        if let valid, long.count == 1, let count = cells.max() { return try segments(count, valid) }
        let tokens = sizes.reduce(1, *)
        let cellCount = cells.reduce(1, *)
        var members = [Float](repeating: 0, count: cellCount * tokens)
        for token in 0..<tokens {
            var (rest, cell, stride) = (token, 0, 1)
            for axis in sizes.indices.reversed() {
                cell += (rest % sizes[axis]) * cells[axis] / sizes[axis] * stride
                stride *= cells[axis]
                rest /= sizes[axis]
            }
            members[cell * tokens + token] = 1
        }
        var weights = try Tensor(members, shape: [cellCount, tokens]).to(device: device)
        if let valid { weights = try weights * valid.reshaped([valid.size(0), 1, tokens]) }
        return try weights / weights.sum(axes: [-1], keepingAxes: true).maximum(1)
    }

    /// Returns cells that divide the valid tokens of each sequence into parts of equal length.
    private static func segments(_ count: Int, _ valid: Tensor) throws -> Tensor {
        let (rows, tokens) = (try valid.size(0), try valid.size(1))
        var before = [Float](repeating: 0, count: tokens * tokens)
        for earlier in 0..<tokens {
            for later in (earlier + 1)..<max(tokens, earlier + 1) { before[earlier * tokens + later] = 1 }
        }
        let flags = try valid.reshaped([rows, tokens])
        let earlier = try flags.matmul(Tensor(before, shape: [tokens, tokens]).to(device: valid.device))
        let length = try flags.sum(axes: [1], keepingAxes: true).maximum(1)
        // Half a token is added, so that rounding errors cannot move a token to another cell.
        let place = try (earlier + 0.5) / length * Double(count)
        let parts = try (0..<count).map { part in
            let isInside =
                try place.greater(than: Double(part)).to(dtype: .float32)
                - place.greater(than: Double(part + 1)).to(dtype: .float32)
            let own = try isInside * flags
            return try own / own.sum(axes: [1], keepingAxes: true).maximum(1)
        }
        return try Tensor.stacked(parts, axis: 1)
    }
}
