import HighMMT
import Torch

/// The tokens of a stream as vectors of a transformer: a linear map of the data, one of the Fourier
/// features of the position, and a vector of the modality.
struct TokenEmbedding {
    private let data: (weight: Tensor, bias: Tensor)
    private let position: Tensor?
    private let positions: Tensor?

    static func declarations(_ path: String, _ stream: EncodedStream) -> [ParameterDeclaration] {
        ParameterDeclaration.linear("\(path).data", inputs: stream.modality.channels, outputs: stream.width, bias: true)
            + (stream.modality.hasPositions
                ? ParameterDeclaration.linear(
                    "\(path).position", inputs: stream.modality.positionWidth, outputs: stream.width, bias: false) : [])
    }

    init(_ path: String, _ stream: EncodedStream, in parameters: ParameterStore) throws {
        data = (try parameters.parameter("\(path).data.weight"), try parameters.parameter("\(path).data.bias"))
        position = stream.modality.hasPositions ? try parameters.parameter("\(path).position.weight") : nil
        positions = try FourierPositions.tensor(stream.modality, sizes: stream.axes, device: parameters.device)
    }

    /// # Shapes
    /// - `values`: `[batch, axes…, channels]`
    /// - Result: `[batch, tokens, width]`
    func callAsFunction(_ values: Tensor) throws -> Tensor {
        let tokens = try values.reshaped([values.size(0), -1, values.size(values.rank - 1)])
        let embedded = try tokens.linear(data.weight, bias: data.bias)
        guard let position, let positions else { return embedded }
        return try embedded + positions.linear(position)
    }
}
