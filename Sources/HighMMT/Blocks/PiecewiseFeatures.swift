import Torch

/// Piecewise-linear features of numbers.
///
/// The range of a number is divided into intervals. Each has a feature that is 0 below the
/// interval, 1 above it, and rises linearly inside. A linear map of the features is a
/// piecewise-linear function of each number. Source: Gorishniy, Rubachev & Babenko 2022.
public enum PiecewiseFeatures {
    /// Returns the features of numbers; 0 for an interval without width.
    ///
    /// # Shapes
    /// numbers: `[batch, N]`; bounds: `[N, intervals + 1]`, ascending; result: `[batch, N ·
    /// intervals]`, those of the first number first.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    public static func of(_ numbers: Tensor, bounds: Tensor) throws -> Tensor {
        let (rows, count, intervals) = (try numbers.size(0), try numbers.size(1), try bounds.size(1) - 1)
        let lower = try bounds.narrowed(axis: 1, start: 0, length: intervals)
        let width = try bounds.narrowed(axis: 1, start: 1, length: intervals) - lower
        let isUsed = try width.greater(than: 0).to(dtype: numbers.dtype)
        let place = try (numbers.reshaped([rows, count, 1]) - lower) / (width + (isUsed * -1 + 1))
        return try (place.maximum(0).minimum(1) * isUsed).reshaped([rows, count * intervals])
    }

    /// Returns bounds that divide each number's samples into intervals of about equally many.
    ///
    /// A number with few different values has fewer intervals; the last ones have no width. One
    /// with fewer than three values has none, since a line runs through two.
    ///
    /// - Parameters:
    ///   - samples: The samples of each number, ascending.
    ///   - intervals: The number of intervals.
    /// - Returns: `[N, intervals + 1]`, float32.
    /// - Throws: `TorchError` when memory runs out.
    public static func bounds(of samples: [[Float]], intervals: Int) throws -> Tensor {
        let rows = samples.flatMap { values -> [Float] in
            guard let first = values.first, let last = values.last else {
                return Array(repeating: 0, count: intervals + 1)
            }
            // Neighbours that differ by rounding errors alone do not divide anything.
            let least = (last - first) * 1e-6
            var own = [first]
            for index in 1...intervals {
                let next = values[index * (values.count - 1) / intervals]
                if next - (own.last ?? first) > least { own.append(next) }
            }
            if values.allSatisfy({ $0 == first || $0 == last }) { own = [first] }
            return own + Array(repeating: own.last ?? first, count: intervals + 1 - own.count)
        }
        return try Tensor(rows, shape: [samples.count, intervals + 1])
    }
}
