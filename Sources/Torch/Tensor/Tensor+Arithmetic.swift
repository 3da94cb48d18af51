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

    /// Elementwise sum; shapes broadcast.
    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try binary("addition", CT_ADD, a, b) }
    /// Elementwise sum with a number.
    public static func + (a: Tensor, b: Double) throws -> Tensor { try binary("addition", CT_ADD, a, b) }
    /// Elementwise difference; shapes broadcast.
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try binary("subtraction", CT_SUBTRACT, a, b) }
    /// Elementwise difference with a number.
    public static func - (a: Tensor, b: Double) throws -> Tensor { try binary("subtraction", CT_SUBTRACT, a, b) }
    /// Elementwise product; shapes broadcast.
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try binary("product", CT_MULTIPLY, a, b) }
    /// Elementwise product with a number.
    public static func * (a: Tensor, b: Double) throws -> Tensor { try binary("product", CT_MULTIPLY, a, b) }
    /// Elementwise quotient; shapes broadcast.
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try binary("quotient", CT_DIVIDE, a, b) }
    /// Elementwise quotient by a number.
    public static func / (a: Tensor, b: Double) throws -> Tensor { try binary("quotient", CT_DIVIDE, a, b) }

    /// Matrix product over the last two axes; leading axes broadcast.
    public func matmul(_ other: Tensor) throws -> Tensor { try Tensor.binary("matmul", CT_MATMUL, self, other) }
    /// The larger of each pair of elements.
    public func maximum(_ other: Tensor) throws -> Tensor { try Tensor.binary("maximum", CT_MAXIMUM, self, other) }
    /// Every element, but at least `bound`.
    public func maximum(_ bound: Double) throws -> Tensor { try Tensor.binary("maximum", CT_MAXIMUM, self, bound) }
    /// Every element, but at most `bound`.
    public func minimum(_ bound: Double) throws -> Tensor { try Tensor.binary("minimum", CT_MINIMUM, self, bound) }
    /// Where elements are equal.
    public func equal(to other: Tensor) throws -> Tensor { try Tensor.binary("equal", CT_EQUAL, self, other) }
    /// Where elements are greater than `bound`.
    public func greater(than bound: Double) throws -> Tensor { try Tensor.binary("greater", CT_GREATER, self, bound) }
    /// Every element to a power.
    public func power(_ exponent: Double) throws -> Tensor { try Tensor.binary("power", CT_POWER, self, exponent) }

    /// The negative of every element.
    public func negated() throws -> Tensor { try unary("negation", CT_NEGATE) }
    /// e to the power of every element.
    public func exp() throws -> Tensor { try unary("exp", CT_EXP) }
    /// The natural logarithm of every element.
    public func log() throws -> Tensor { try unary("log", CT_LOG) }
    /// The square root of every element.
    public func squareRoot() throws -> Tensor { try unary("sqrt", CT_SQRT) }
    /// One over the square root of every element.
    public func reciprocalSquareRoot() throws -> Tensor { try unary("rsqrt", CT_RSQRT) }
    /// The square of every element.
    public func squared() throws -> Tensor { try unary("square", CT_SQUARE) }
    /// The absolute value of every element.
    public func absolute() throws -> Tensor { try unary("abs", CT_ABS) }
    /// The logistic function of every element.
    public func sigmoid() throws -> Tensor { try unary("sigmoid", CT_SIGMOID) }
    /// The exact (erf) Gaussian error linear unit of every element.
    public func gelu() throws -> Tensor { try unary("gelu", CT_GELU) }
    /// True where an element is false or zero.
    public func logicalNot() throws -> Tensor { try unary("not", CT_LOGICAL_NOT) }
    /// True where an element is neither NaN nor infinite.
    public func isFinite() throws -> Tensor { try unary("isFinite", CT_IS_FINITE) }

    /// `weight · input + bias` over the last axis.
    ///
    /// - Parameters:
    ///   - weight: (outputs, inputs)
    ///   - bias: (outputs), or nothing
    public func linear(_ weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
        try produced("linear", [self, weight]) { ct_linear($0, handle, weight.handle, bias?.handle) }
    }

    /// Standardises the last axes and scales them by `weight` and `bias`.
    public func layerNorm(weight: Tensor, bias: Tensor, epsilon: Double = 1e-5) throws -> Tensor {
        try produced("layerNorm", [self, weight]) {
            ct_layer_norm($0, handle, weight.handle, bias.handle, epsilon)
        }
    }

    /// Exponentials that sum to one along an axis.
    public func softmax(axis: Int) throws -> Tensor {
        try produced("softmax", [self]) { ct_softmax($0, handle, Int64(axis)) }
    }

    /// The logarithm of ``softmax(axis:)``, computed without overflow.
    public func logSoftmax(axis: Int) throws -> Tensor {
        try produced("logSoftmax", [self]) { ct_log_softmax($0, handle, Int64(axis)) }
    }

    /// This tensor where `mask` is false, `value` where it is true; the mask broadcasts.
    public func filled(where mask: Tensor, with value: Double) throws -> Tensor {
        try produced("fill", [self, mask]) { ct_masked_fill($0, handle, mask.handle, value) }
    }

    /// Elements of `a` where `condition` is true, of `b` elsewhere.
    public static func choose(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        try produced("choose", [condition, a, b]) { ct_where($0, condition.handle, a.handle, b.handle) }
    }
}
