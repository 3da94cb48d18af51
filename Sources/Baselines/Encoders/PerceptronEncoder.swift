import HighMMT
import Torch

/// A perceptron over all values of the modality.
struct PerceptronEncoder: VectorEncoder {
    private let perceptron: Perceptron
    private let norm: LayerNormParameters

    static func declarations(_ path: String, _ stream: EncodedStream) -> [ParameterDeclaration] {
        Perceptron.declarations(
            "\(path).perceptron", inputs: stream.tokens * stream.modality.channels, hidden: stream.width,
            outputs: stream.width) + ParameterDeclaration.layerNorm("\(path).norm", width: stream.width)
    }

    init(_ path: String, _ stream: EncodedStream, in parameters: ParameterStore) throws {
        perceptron = try Perceptron("\(path).perceptron", in: parameters)
        norm = try LayerNormParameters("\(path).norm", in: parameters)
    }

    func callAsFunction(_ data: Tensor, mask: Tensor) throws -> Tensor {
        try norm(perceptron(data.reshaped([try data.size(0), -1])))
    }
}
