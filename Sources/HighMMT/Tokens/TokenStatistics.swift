import Torch

/// The mean and standard deviation of whole tokens, combined from those of their data and of their
/// constant part.
struct TokenStatistics {
    /// The mean of each token, `[batch, tokens, 1]`.
    let mean: Tensor
    /// The reciprocal standard deviation of each token, `[batch, tokens, 1]`.
    let reciprocalDeviation: Tensor

    init(_ stream: TokenAttentionBlock.Tokens, width: Int) throws {
        let channels = Double(try stream.data.size(2))
        // Data alone can fill a token without position and identity.
        let rest = Double(width) - channels
        let dataMean = try stream.data.mean(axes: [2], keepingAxes: true)
        let dataSpread = try (stream.data - dataMean).squared().sum(axes: [2], keepingAxes: true)
        let constantSum = try (stream.constants.sums + stream.identity.sum()).reshaped([-1, 1])
        let constantSquares = try (stream.constants.squares + stream.identity.squared().sum()).reshaped([-1, 1])
        let constantMean = try constantSum / max(1, rest)
        let constantSpread = try constantSquares - constantMean.squared() * rest
        mean = try (dataMean * channels + constantSum) / Double(width)
        // Squared deviations from the common mean avoid cancellation of large sums.
        let spread =
            try dataSpread + (dataMean - mean).squared() * channels + constantSpread
            + (constantMean - mean).squared() * rest
        reciprocalDeviation = try (spread / Double(width) + 1e-5).reciprocalSquareRoot()
    }
}
