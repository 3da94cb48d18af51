import HighMMT
import Torch

/// The mean over tokens that a perceptron has embedded, as in deep averaging networks.
struct AveragedEncoder: VectorEncoder {
    private let embedding: Perceptron
    private let norm: LayerNormParameters

    static func declarations(_ path: String, _ stream: EncodedStream) -> [ParameterDeclaration] {
        Perceptron.declarations(
            "\(path).embedding", inputs: stream.modality.channels, hidden: stream.width, outputs: stream.width)
            + ParameterDeclaration.layerNorm("\(path).norm", width: stream.width)
    }

    init(_ path: String, _ stream: EncodedStream, in parameters: ParameterStore) throws {
        embedding = try Perceptron("\(path).embedding", in: parameters)
        norm = try LayerNormParameters("\(path).norm", in: parameters)
    }

    func callAsFunction(_ data: Tensor, mask: Tensor) throws -> Tensor {
        let (batch, tokens, channels) = (try data.size(0), try mask.size(1), try data.size(data.rank - 1))
        let embedded = try embedding(data.reshaped([batch, tokens, channels]))
        return try norm(MaskedMean.of(embedded, mask: mask))
    }
}
