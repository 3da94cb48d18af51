/// A running mean of all parameters: a ← decay · a + (1 − decay) · θ after every step.
///
/// Its parameters lie in the middle of where the last steps wandered, which is a better place than the last step on small
/// datasets. Source: Polyak & Juditsky 1992; the shorter memory of the first steps as in TensorFlow's moving averages.
public final class ParameterAverage {
    /// The mean, (count), float32.
    public let values: Tensor
    /// The part of the mean that a step leaves, in 0 ..< 1.
    public let decay: Double

    private let parameters: ParameterStore

    /// A mean that starts at the parameters as they are.
    ///
    /// - Throws: ``TorchError`` when there is no memory for it.
    public init(of parameters: ParameterStore, decay: Double) throws {
        self.parameters = parameters
        self.decay = decay
        values = try parameters.values.cloned()
    }

    /// Takes the parameters into the mean.
    ///
    /// - Parameter step: how many steps were taken in before; the first are forgotten sooner.
    public func update(step: Int) throws {
        let kept = min(decay, (1 + Double(step)) / (10 + Double(step)))
        try values.overwrite(with: values * kept + parameters.values * (1 - kept))
    }

    /// Restores what ``values`` held.
    ///
    /// - Throws: ``TorchError`` when the number of parameters differs.
    public func restore(_ values: Tensor) throws {
        guard values.shape == self.values.shape else {
            throw TorchError(
                operation: "restore the mean of parameters", shapes: [values.shape, self.values.shape],
                message: "the mean is that of other parameters")
        }
        try self.values.overwrite(with: values)
    }

    /// Runs `body` with the mean in the place of the parameters.
    public func inPlace<Result>(_ body: () throws -> Result) throws -> Result {
        let current = try parameters.values.cloned()
        try parameters.values.overwrite(with: values)
        let result = Swift.Result(catching: body)
        try parameters.values.overwrite(with: current)
        return try result.get()
    }
}
