import CTorch

extension Tensor {
    private func unary(_ name: String, _ operation: CTUnary) throws -> Tensor {
        try produced(name, [self]) { ct_unary($0, operation, handle) }
    }

    private static func binary(_ name: String, _ operation: CTBinary, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        try produced(name, [a, b]) { ct_binary($0, operation, a.handle, b.handle) }
    }

    private static func binary(_ name: String, _ operation: CTBinary, _ a: Tensor, _ b: Double) throws -> Tensor {
        try produced(name, [a]) { ct_binary_scalar($0, operation, a.handle, b) }
    }

    /// Returns the elementwise sum; shapes broadcast as in PyTorch.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast or the devices differ.
    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try binary("addition", CT_ADD, a, b) }
    /// Adds a number to every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public static func + (a: Tensor, b: Double) throws -> Tensor { try binary("addition", CT_ADD, a, b) }
    /// Returns the elementwise difference; shapes broadcast as in PyTorch.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast or the devices differ.
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try binary("subtraction", CT_SUBTRACT, a, b) }
    /// Subtracts a number from every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public static func - (a: Tensor, b: Double) throws -> Tensor { try binary("subtraction", CT_SUBTRACT, a, b) }
    /// Returns the elementwise product; shapes broadcast as in PyTorch.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast or the devices differ.
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try binary("product", CT_MULTIPLY, a, b) }
    /// Multiplies every element by a number.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public static func * (a: Tensor, b: Double) throws -> Tensor { try binary("product", CT_MULTIPLY, a, b) }
    /// Returns the elementwise quotient; shapes broadcast as in PyTorch.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast or the devices differ.
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try binary("quotient", CT_DIVIDE, a, b) }
    /// Divides every element by a number.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public static func / (a: Tensor, b: Double) throws -> Tensor { try binary("quotient", CT_DIVIDE, a, b) }

    /// Returns the matrix product over the last two axes; leading axes broadcast.
    ///
    /// # Shapes
    /// - `self`: `[…, n, k]`
    /// - `other`: `[…, k, m]`
    /// - Result: `[…, n, m]`
    ///
    /// A tensor with one axis acts as a vector, as in `torch.matmul`.
    ///
    /// - Throws: ``TorchError`` when the inner sizes differ or leading axes do not broadcast.
    public func matmul(_ other: Tensor) throws -> Tensor { try Self.binary("matmul", CT_MATMUL, self, other) }
    /// Returns the elementwise maximum of two tensors; shapes broadcast.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast or the devices differ.
    public func maximum(_ other: Tensor) throws -> Tensor { try Self.binary("maximum", CT_MAXIMUM, self, other) }
    /// Returns the elementwise maximum with `bound`.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func maximum(_ bound: Double) throws -> Tensor { try Self.binary("maximum", CT_MAXIMUM, self, bound) }
    /// Returns the elementwise minimum with `bound`.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func minimum(_ bound: Double) throws -> Tensor { try Self.binary("minimum", CT_MINIMUM, self, bound) }
    /// Returns a Boolean tensor that is true for equal elements; shapes broadcast.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast or the devices differ.
    public func equal(to other: Tensor) throws -> Tensor { try Self.binary("equal", CT_EQUAL, self, other) }
    /// Returns a Boolean tensor that is true for elements above `bound`.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func greater(than bound: Double) throws -> Tensor { try Self.binary("greater", CT_GREATER, self, bound) }
    /// Raises every element to a power.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func power(_ exponent: Double) throws -> Tensor { try Self.binary("power", CT_POWER, self, exponent) }

    /// Negates every element.
    ///
    /// - Throws: ``TorchError`` when the elements are Boolean.
    public func negated() throws -> Tensor { try unary("negation", CT_NEGATE) }
    /// Returns the exponential of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func exp() throws -> Tensor { try unary("exp", CT_EXP) }
    /// Returns the natural logarithm of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func log() throws -> Tensor { try unary("log", CT_LOG) }
    /// Returns the square root of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func squareRoot() throws -> Tensor { try unary("sqrt", CT_SQRT) }
    /// Returns the reciprocal square root of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func reciprocalSquareRoot() throws -> Tensor { try unary("rsqrt", CT_RSQRT) }
    /// Returns the square of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func squared() throws -> Tensor { try unary("square", CT_SQUARE) }
    /// Returns the absolute value of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func absolute() throws -> Tensor { try unary("abs", CT_ABS) }
    /// Returns the logistic sigmoid of every element.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func sigmoid() throws -> Tensor { try unary("sigmoid", CT_SIGMOID) }
    /// Returns the Gaussian error linear unit of every element, in its exact (erf) form.
    ///
    /// - Throws: ``TorchError`` when the elements are not floating point.
    public func gelu() throws -> Tensor { try unary("gelu", CT_GELU) }
    /// Returns a Boolean tensor that is true for false or zero elements.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func logicalNot() throws -> Tensor { try unary("not", CT_LOGICAL_NOT) }
    /// Returns a Boolean tensor that is true for elements that are neither NaN nor infinite.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func isFinite() throws -> Tensor { try unary("isFinite", CT_IS_FINITE) }

    /// Returns the affine transformation x·Wᵀ + b of the last axis.
    ///
    /// # Shapes
    /// - `self`: `[…, inputs]`
    /// - `weight`: `[outputs, inputs]`
    /// - `bias`: `[outputs]`, or `nil` for none
    /// - Result: `[…, outputs]`
    ///
    /// - Throws: ``TorchError`` when the shapes do not match.
    public func linear(_ weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
        try produced("linear", [self, weight]) { ct_linear($0, handle, weight.handle, bias?.handle) }
    }

    /// Normalises the trailing axes to zero mean and unit variance, then applies `weight` and
    /// `bias`.
    ///
    /// # Shapes
    /// - `self`, result: `[…, width]`
    /// - `weight`, `bias`: `[width]`, or the sizes of several trailing axes
    ///
    /// - Parameter epsilon: The constant added to the variance.
    /// - Throws: ``TorchError`` when the shapes do not match.
    public func layerNorm(weight: Tensor, bias: Tensor, epsilon: Double = 1e-5) throws -> Tensor {
        try produced("layerNorm", [self, weight]) {
            ct_layer_norm($0, handle, weight.handle, bias.handle, epsilon)
        }
    }

    /// Returns the softmax along an axis; negative axes count from the end.
    ///
    /// - Throws: ``TorchError`` when the axis does not exist.
    public func softmax(axis: Int) throws -> Tensor {
        try produced("softmax", [self]) { ct_softmax($0, handle, Int64(axis)) }
    }

    /// Returns the logarithm of ``softmax(axis:)``, computed without overflow.
    ///
    /// - Throws: ``TorchError`` when the axis does not exist.
    public func logSoftmax(axis: Int) throws -> Tensor {
        try produced("logSoftmax", [self]) { ct_log_softmax($0, handle, Int64(axis)) }
    }

    /// Returns this tensor with `value` in place of the elements where `mask` is true.
    ///
    /// - Parameter mask: A Boolean tensor that broadcasts to the shape of this one.
    /// - Throws: ``TorchError`` when the mask is not Boolean or does not broadcast.
    public func filled(where mask: Tensor, with value: Double) throws -> Tensor {
        try produced("fill", [self, mask]) { ct_masked_fill($0, handle, mask.handle, value) }
    }

    /// Returns the elements of `a` where `condition` is true and those of `b` elsewhere; shapes
    /// broadcast.
    ///
    /// - Throws: ``TorchError`` when the shapes do not broadcast.
    public static func choose(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        try produced("choose", [condition, a, b]) { ct_where($0, condition.handle, a.handle, b.handle) }
    }
}
