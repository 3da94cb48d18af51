import Torch

/// The mean over the valid tokens of every sample.
enum MaskedMean {
    /// # Shapes
    /// - `tokens`: `[batch, tokens, width]`
    /// - `mask`: `[batch, tokens]`, 1 for valid tokens and 0 for others
    /// - Result: `[batch, width]`; zero for a sample without valid tokens
    static func of(_ tokens: Tensor, mask: Tensor) throws -> Tensor {
        let weights = try mask.reshaped([mask.size(0), mask.size(1), 1])
        return try (tokens * weights).sum(axes: [1]) / weights.sum(axes: [1]).maximum(1)
    }
}
