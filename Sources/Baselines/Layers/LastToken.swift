import Torch

/// The last valid token of every sample; the first one where none is valid.
enum LastToken {
    /// # Shapes
    /// - `tokens`: `[batch, tokens, width]`
    /// - `mask`: `[batch, tokens]`, 1 for valid tokens and 0 for others
    /// - Result: `[batch, width]`
    static func of(_ tokens: Tensor, mask: Tensor) throws -> Tensor {
        let (batch, count) = (try tokens.size(0), try tokens.size(1))
        let valid = try mask.floats()
        let rows = (0..<batch).map { sample in
            sample * count + ((0..<count).last { valid[sample * count + $0] > 0 } ?? 0)
        }
        return try tokens.reshaped([batch * count, -1]).selected(axis: 0, rows)
    }
}
