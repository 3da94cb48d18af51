/// One parameter before it exists: its path, shape and how it starts.
public struct ParameterDeclaration: Sendable, Equatable {
    /// How a parameter starts.
    public enum Start: Sendable, Equatable {
        /// All elements zero.
        case zeros
        /// All elements one.
        case ones
        /// Standard normal numbers.
        case normal
        /// Uniform numbers in `-bound ..< bound`.
        case uniform(bound: Double)
    }

    /// A stable name with dots between its parts, such as `encoder.0.latents`.
    public var path: String
    /// The size of each axis.
    public var shape: [Int]
    /// How it starts.
    public var start: Start

    /// Declares a parameter.
    public init(_ path: String, _ shape: [Int], _ start: Start) {
        self.path = path
        self.shape = shape
        self.start = start
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The number of elements, or nothing for a shape that is negative or beyond all counting.
    var countIfAny: Int? { SafetensorsEntry.byteCount(dtype: .float32, shape: shape).map { $0 / 4 } }

    /// The weight (and bias) of a linear map from `inputs` to `outputs` numbers, uniform in ±1/√inputs.
    ///
    /// Source: the default of `torch.nn.Linear`, which the public implementation trains with.
    public static func linear(_ path: String, inputs: Int, outputs: Int, bias: Bool) -> [ParameterDeclaration] {
        let start = Start.uniform(bound: 1 / Double(inputs).squareRoot())
        let weight = ParameterDeclaration("\(path).weight", [outputs, inputs], start)
        return bias ? [weight, ParameterDeclaration("\(path).bias", [outputs], start)] : [weight]
    }

    /// The weight and bias of a layer normalisation of `width` numbers.
    public static func layerNorm(_ path: String, width: Int) -> [ParameterDeclaration] {
        [
            ParameterDeclaration("\(path).weight", [width], .ones),
            ParameterDeclaration("\(path).bias", [width], .zeros),
        ]
    }
}
