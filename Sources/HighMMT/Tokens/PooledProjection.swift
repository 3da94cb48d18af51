import Torch

/// A linear map of the means of tokens, which takes the place of the layers of an encoder.
///
/// The tokens of a stream, with their axes flattened, are divided into n parts of about equal
/// length. Part i begins at token ⌊i·T/n⌋ and ends before ⌈(i + 1)·T/n⌉, so that no part is empty.
/// Latent i is W·(mean of the valid tokens of part i). As the map is linear, tokens [data | zeros |
/// position | identity] are never formed.
struct PooledProjection {
    private let weight: Tensor
    private let latents: Int

    static func declarations(_ path: String, width: Int, tokenWidth: Int) -> [ParameterDeclaration] {
        ParameterDeclaration.linear("\(path).projection", inputs: tokenWidth, outputs: width, bias: false)
    }

    init(_ path: String, latents: Int, in parameters: ParameterStore) throws {
        weight = try parameters.parameter("\(path).projection.weight")
        self.latents = latents
    }

    /// # Shapes
    /// Result: `[batch, n, d]`; zero for a part without valid tokens.
    func callAsFunction(_ stream: TokenAttentionBlock.Tokens) throws -> Tensor {
        let parts = try shares(of: stream)
        let data = try parts.matmul(stream.data).linear(columns(0, stream.data.size(2)))
        let identityWidth = try stream.identity.size(0)
        let tokenWidth = try weight.size(1)
        var constant: Tensor?
        if let positions = stream.constants.positions {
            let positionWidth = try positions.size(1)
            let own = try columns(tokenWidth - identityWidth - positionWidth, positionWidth)
            constant = try parts.matmul(positions.linear(own))
        }
        if identityWidth > 0 {
            let own = try columns(tokenWidth - identityWidth, identityWidth).matmul(stream.identity)
            let added = try parts.sum(axes: [-1], keepingAxes: true) * own
            constant = try constant.map { try $0 + added } ?? added
        }
        return try constant.map { try data + $0 } ?? data
    }

    private func columns(_ start: Int, _ length: Int) throws -> Tensor {
        try weight.narrowed(axis: 1, start: start, length: length)
    }

    /// Returns the share of each token in the mean of each part, `[n, tokens]`, or `[batch, n,
    /// tokens]` with a mask.
    private func shares(of stream: TokenAttentionBlock.Tokens) throws -> Tensor {
        let tokens = stream.constants.count
        var members = [Float](repeating: 0, count: latents * tokens)
        for part in 0..<latents {
            for token in (part * tokens / latents)..<((part + 1) * tokens + latents - 1) / latents {
                members[part * tokens + token] = 1
            }
        }
        var shares = try Tensor(members, shape: [latents, tokens]).to(device: weight.device)
        if let mask = stream.mask {
            shares = try shares * mask.to(dtype: .float32).reshaped([mask.size(0), 1, tokens])
        }
        return try shares / shares.sum(axes: [-1], keepingAxes: true).maximum(1)
    }
}
