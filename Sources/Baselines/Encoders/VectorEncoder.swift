import HighMMT
import Torch

/// A network that turns one modality of every sample into a vector of the model's width.
protocol VectorEncoder {
    /// Returns the parameters of the network.
    static func declarations(_ path: String, _ stream: EncodedStream) -> [ParameterDeclaration]

    init(_ path: String, _ stream: EncodedStream, in parameters: ParameterStore) throws

    /// # Shapes
    /// - `data`: `[batch, axes…, channels]`
    /// - `mask`: `[batch, tokens]`, 1 for valid tokens and 0 for others
    /// - Result: `[batch, width]`
    func callAsFunction(_ data: Tensor, mask: Tensor) throws -> Tensor
}

/// A stream as its encoder sees it.
struct EncodedStream {
    var modality: ModalityShape
    var axes: [Int]
    var width: Int

    /// The number of tokens.
    var tokens: Int { axes.reduce(1, *) }
}

extension EncoderKind {
    /// The type of the network.
    var type: any VectorEncoder.Type {
        switch self {
        case .convolutional: ConvolutionalEncoder.self
        case .recurrent: RecurrentEncoder.self
        case .averaged: AveragedEncoder.self
        case .perceptron: PerceptronEncoder.self
        }
    }
}
