/// Gradient clipping by global norm. Source: Pascanu et al. 2013.
public enum GradientClipping {
    /// Scales all gradients so that their global norm is at most `limit`.
    ///
    /// - Throws: `TorchError` when memory runs out.
    public static func apply(_ parameters: ParameterStore, limit: Double) throws {
        let norm = try parameters.gradients.squared().sum().item().squareRoot()
        guard norm > limit else { return }
        try parameters.gradients.overwrite(with: parameters.gradients * (limit / norm))
    }
}
