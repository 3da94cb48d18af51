/// Gradient clipping by global norm. Source: Pascanu et al. 2013.
public enum GradientClipping {
    /// Scales all gradients so that their global norm is at most `limit`.
    ///
    /// - Throws: `TorchError` when memory runs out.
    public static func apply(_ parameters: ParameterStore, limit: Double) throws {
        let norm = try norm(of: parameters)
        guard norm > limit else { return }
        try parameters.gradients.overwrite(with: parameters.gradients * (limit / norm))
    }

    /// Returns the global norm of all gradients.
    ///
    /// - Throws: `TorchError` when memory runs out.
    public static func norm(of parameters: ParameterStore) throws -> Double {
        try parameters.gradients.squared().sum().item().squareRoot()
    }
}
