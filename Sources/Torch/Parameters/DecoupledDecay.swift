/// Weight decay of matrices, separate from the gradient: θ ← θ − rate · decay · θ.
///
/// Source: Loshchilov & Hutter 2019. Norms, biases, embeddings and latents do not decay, because
/// their magnitude has a meaning.
public final class DecoupledDecay {
    private let parameters: ParameterStore
    private let decay: Double
    private var masks: [[String]: Tensor] = [:]

    /// Creates a weight decay.
    public init(_ parameters: ParameterStore, decay: Double) {
        self.parameters = parameters
        self.decay = decay
    }

    /// Shrinks the matrices and kernels among the given parameters.
    ///
    /// - Throws: ``TorchError`` when there is no such parameter.
    public func step(_ paths: [String], learningRate: Double) throws {
        guard decay > 0 else { return }
        let mask = try masks[paths] ?? mask(of: paths)
        masks[paths] = mask
        try parameters.values.overwrite(
            with: parameters.values * (mask * (-learningRate * decay) + 1))
    }

    private func mask(of paths: [String]) throws -> Tensor {
        var numbers = [Float](repeating: 0, count: parameters.count)
        let matrices = paths.filter { $0.hasSuffix(".weight") }.filter { path in
            (try? parameters.parameter(path).rank).map { $0 >= 2 } ?? false
        }
        for range in try parameters.ranges(of: matrices) {
            for index in range { numbers[index] = 1 }
        }
        return try Tensor(numbers, shape: [numbers.count]).to(device: parameters.device)
    }
}
