import HighMMT
import Torch

/// An LSTM over the tokens. The last valid output and the mean of the valid ones are mapped to the
/// width.
struct RecurrentEncoder: VectorEncoder {
    private let cell: Tensor.RecurrentWeights
    private let output: (weight: Tensor, bias: Tensor)
    private let norm: LayerNormParameters

    static func declarations(_ path: String, _ stream: EncodedStream) -> [ParameterDeclaration] {
        let width = stream.width
        let bound = ParameterDeclaration.Start.uniform(bound: 1 / Double(width).squareRoot())
        return [
            ParameterDeclaration("\(path).input.weight", [4 * width, stream.modality.channels], bound),
            ParameterDeclaration("\(path).hidden.weight", [4 * width, width], bound),
            ParameterDeclaration("\(path).input.bias", [4 * width], bound),
            ParameterDeclaration("\(path).hidden.bias", [4 * width], bound),
        ] + ParameterDeclaration.linear("\(path).output", inputs: 2 * width, outputs: width, bias: true)
            + ParameterDeclaration.layerNorm("\(path).norm", width: width)
    }

    init(_ path: String, _ stream: EncodedStream, in parameters: ParameterStore) throws {
        cell = Tensor.RecurrentWeights(
            input: try parameters.parameter("\(path).input.weight"),
            hidden: try parameters.parameter("\(path).hidden.weight"),
            inputBias: try parameters.parameter("\(path).input.bias"),
            hiddenBias: try parameters.parameter("\(path).hidden.bias"))
        output = (
            try parameters.parameter("\(path).output.weight"), try parameters.parameter("\(path).output.bias")
        )
        norm = try LayerNormParameters("\(path).norm", in: parameters)
    }

    func callAsFunction(_ data: Tensor, mask: Tensor) throws -> Tensor {
        let (batch, tokens, channels) = (try data.size(0), try mask.size(1), try data.size(data.rank - 1))
        let states = try data.reshaped([batch, tokens, channels]).recurrent(cell)
        let joined = try Tensor.concatenated(
            [LastToken.of(states, mask: mask), MaskedMean.of(states, mask: mask)], axis: 1)
        return try norm(joined.linear(output.weight, bias: output.bias))
    }
}
