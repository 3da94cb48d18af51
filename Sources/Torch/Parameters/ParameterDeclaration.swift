/// The path, shape and initialisation of a parameter to be created.
public struct ParameterDeclaration: Sendable, Equatable {
    /// The initialisation of a parameter.
    public enum Start: Sendable, Equatable {
        /// All elements are zero.
        case zeros
        /// All elements are one.
        case ones
        /// Standard normal values.
        case normal
        /// Uniform values in `-bound ..< bound`.
        case uniform(bound: Double)
    }

    /// A stable, dot-separated name such as `encoder.0.latents`.
    public var path: String
    /// The size of each axis.
    public var shape: [Int]
    /// The initialisation.
    public var start: Start
    /// True for values that are fitted before training and then stay fixed. They have no gradient.
    public private(set) var isFitted: Bool

    /// Declares a parameter that is trained.
    public init(_ path: String, _ shape: [Int], _ start: Start) {
        self.path = path
        self.shape = shape
        self.start = start
        isFitted = false
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The number of elements, or `nil` when a size is negative or the product overflows.
    var countIfAny: Int? { SafetensorsEntry.byteCount(dtype: .float32, shape: shape).map { $0 / 4 } }

    /// Declares values that are fitted before training and then stay fixed.
    public static func fitted(_ path: String, _ shape: [Int], _ start: Start) -> ParameterDeclaration {
        var declaration = ParameterDeclaration(path, shape, start)
        declaration.isFitted = true
        return declaration
    }

    /// Declares the weight `[outputs, inputs]` and optional bias `[outputs]` of a linear layer.
    ///
    /// Both are uniform in ±1/√inputs, as in `torch.nn.Linear` and hence in the public
    /// implementation.
    public static func linear(_ path: String, inputs: Int, outputs: Int, bias: Bool) -> [ParameterDeclaration] {
        let start = Start.uniform(bound: 1 / Double(inputs).squareRoot())
        let weight = ParameterDeclaration("\(path).weight", [outputs, inputs], start)
        return bias ? [weight, ParameterDeclaration("\(path).bias", [outputs], start)] : [weight]
    }

    /// Declares the weight and bias of a layer normalisation, both `[width]`.
    public static func layerNorm(_ path: String, width: Int) -> [ParameterDeclaration] {
        [
            ParameterDeclaration("\(path).weight", [width], .ones),
            ParameterDeclaration("\(path).bias", [width], .zeros),
        ]
    }
}
