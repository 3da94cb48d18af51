/// An exponential moving average of all parameters: a ← decay · a + (1 − decay) · θ after every
/// step.
///
/// On small datasets the average often generalises better than the parameters of the last step.
/// Source: Polyak & Juditsky 1992. The smaller decay in the first steps follows TensorFlow's
/// `ExponentialMovingAverage`.
public final class ParameterAverage {
    /// The average, `[count]`, float32.
    public let values: Tensor
    /// The decay per step, in `0 ..< 1`.
    public let decay: Double

    private let parameters: ParameterStore

    /// Creates an average that starts at the current parameters.
    ///
    /// - Throws: ``TorchError`` when the average cannot be allocated.
    public init(of parameters: ParameterStore, decay: Double) throws {
        self.parameters = parameters
        self.decay = decay
        values = try parameters.values.cloned()
    }

    /// Adds the current parameters to the average.
    ///
    /// - Parameter step: The number of earlier updates t. The decay used is min(decay, (1 + t) /
    ///   (10 + t)).
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func update(step: Int) throws {
        let kept = min(decay, (1 + Double(step)) / (10 + Double(step)))
        try values.overwrite(with: values * kept + parameters.values * (1 - kept))
    }

    /// Restores saved ``values``.
    ///
    /// - Throws: ``TorchError`` when the number of parameters differs.
    public func restore(_ values: Tensor) throws {
        guard values.shape == self.values.shape else {
            throw TorchError(
                operation: "restore the parameter average", shapes: [values.shape, self.values.shape],
                message: "the average does not match the parameters; expected the second shape")
        }
        try self.values.overwrite(with: values)
    }

    /// Runs `body` with the average in place of the parameters, then puts the parameters back.
    ///
    /// - Throws: ``TorchError`` when the parameters cannot be exchanged, and any error of `body`.
    public func inPlace<Result>(_ body: () throws -> Result) throws -> Result {
        let current = try parameters.values.cloned()
        try parameters.values.overwrite(with: values)
        let result = Swift.Result(catching: body)
        try parameters.values.overwrite(with: current)
        return try result.get()
    }
}
