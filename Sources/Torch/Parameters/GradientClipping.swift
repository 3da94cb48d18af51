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

    /// Scales the gradients of some parameters so that their common norm is at most `limit`.
    ///
    /// - Throws: `TorchError` when a path is unknown or memory runs out.
    public static func apply(_ parameters: ParameterStore, limit: Double, paths: [String]) throws {
        let parts = try parameters.ranges(of: paths).map {
            try parameters.gradients.narrowed(axis: 0, start: $0.lowerBound, length: $0.count)
        }
        let norm = try parts.reduce(0) { try $0 + $1.squared().sum().item() }.squareRoot()
        guard norm > limit else { return }
        for part in parts { try part.overwrite(with: part * (limit / norm)) }
    }
}
