import HighMMT
import Torch

/// Two linear layers with a Gaussian error linear unit between them.
struct Perceptron {
    private let hidden: (weight: Tensor, bias: Tensor)
    private let output: (weight: Tensor, bias: Tensor)

    static func declarations(_ path: String, inputs: Int, hidden: Int, outputs: Int) -> [ParameterDeclaration] {
        ParameterDeclaration.linear("\(path).hidden", inputs: inputs, outputs: hidden, bias: true)
            + ParameterDeclaration.linear("\(path).output", inputs: hidden, outputs: outputs, bias: true)
    }

    init(_ path: String, in parameters: ParameterStore) throws {
        func layer(_ name: String) throws -> (weight: Tensor, bias: Tensor) {
            (try parameters.parameter("\(path).\(name).weight"), try parameters.parameter("\(path).\(name).bias"))
        }
        (hidden, output) = (try layer("hidden"), try layer("output"))
    }

    /// # Shapes
    /// - `x`: `[…, inputs]`
    /// - Result: `[…, outputs]`
    func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.linear(hidden.weight, bias: hidden.bias).gelu().linear(output.weight, bias: output.bias)
    }
}
