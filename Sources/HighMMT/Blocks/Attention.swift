import Torch

/// Scaled dot-product attention with several heads.
package enum Attention {
    /// Returns softmax(q·kᵀ / √headWidth)·v for every head.
    ///
    /// # Shapes
    /// - `queries`: `[batch, n, inner]`, or `[1, n, inner]` to use the same queries for every
    ///   sample
    /// - `keysAndValues`: `[batch, m, 2 · inner]`, keys first
    /// - `mask`: `[batch, m]`, true for positions that may be attended to
    /// - Result: `[batch, n, inner]`
    ///
    /// - Throws: `TorchError` when the shapes do not match.
    package static func attend(_ queries: Tensor, _ keysAndValues: Tensor, heads: Int, mask: Tensor?) throws -> Tensor {
        let inner = try queries.size(2)
        let headWidth = inner / heads
        let samples = try keysAndValues.size(0)
        let (n, m) = (try queries.size(1), try keysAndValues.size(1))
        let q = try (queries * (1 / Double(headWidth).squareRoot()))
            .reshaped([try queries.size(0), n, heads, headWidth]).permuted([0, 2, 1, 3])
        let kv = try keysAndValues.reshaped([samples, m, 2, heads, headWidth]).permuted([2, 0, 3, 1, 4])
        let k = try kv.narrowed(axis: 0, start: 0, length: 1).reshaped([samples, heads, m, headWidth])
        let v = try kv.narrowed(axis: 0, start: 1, length: 1).reshaped([samples, heads, m, headWidth])
        var scores = try q.matmul(k.transposed(-1, -2))
        if let mask {
            scores = try scores.filled(
                where: mask.logicalNot().reshaped([samples, 1, 1, m]), with: -Double(Float.greatestFiniteMagnitude))
        }
        return try scores.softmax(axis: -1).matmul(v).permuted([0, 2, 1, 3]).reshaped([samples, n, inner])
    }
}
