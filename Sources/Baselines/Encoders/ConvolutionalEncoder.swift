import HighMMT
import Torch

/// Three convolutions over the token grid, of which the last two halve it, then the mean over the
/// places of the grid that saw a valid token.
struct ConvolutionalEncoder: VectorEncoder {
    private static let layers = 3
    private static let kernel = 3

    private let convolutions: [(weight: Tensor, bias: Tensor, stride: [Int])]
    private let norm: LayerNormParameters

    static func declarations(_ path: String, _ stream: EncodedStream) -> [ParameterDeclaration] {
        let kernel = Array(repeating: Self.kernel, count: stream.axes.count)
        return (0..<layers).flatMap { layer -> [ParameterDeclaration] in
            let inputs = layer == 0 ? stream.modality.channels : stream.width
            let bound = 1 / Double(inputs * kernel.reduce(1, *)).squareRoot()
            return [
                ParameterDeclaration(
                    "\(path).layer.\(layer).weight", [stream.width, inputs] + kernel, .uniform(bound: bound)),
                ParameterDeclaration("\(path).layer.\(layer).bias", [stream.width], .uniform(bound: bound)),
            ]
        } + ParameterDeclaration.layerNorm("\(path).norm", width: stream.width)
    }

    init(_ path: String, _ stream: EncodedStream, in parameters: ParameterStore) throws {
        var sizes = stream.axes
        var convolutions: [(weight: Tensor, bias: Tensor, stride: [Int])] = []
        for layer in 0..<Self.layers {
            // Axes of fewer than four tokens are not halved.
            let stride = sizes.map { layer > 0 && $0 >= 4 ? 2 : 1 }
            sizes = zip(sizes, stride).map { ($0 + $1 - 1) / $1 }
            convolutions.append(
                (
                    try parameters.parameter("\(path).layer.\(layer).weight"),
                    try parameters.parameter("\(path).layer.\(layer).bias"), stride
                ))
        }
        self.convolutions = convolutions
        norm = try LayerNormParameters("\(path).norm", in: parameters)
    }

    func callAsFunction(_ data: Tensor, mask: Tensor) throws -> Tensor {
        let axes = data.rank - 2
        // Masked tokens are zero in the data.
        let image = try data.permuted([0, axes + 1] + Array(1...axes))
        let padding = Array(repeating: Self.kernel / 2, count: axes)
        let hidden = try convolutions.reduce(image) { x, layer in
            try x.convolution(layer.weight, bias: layer.bias, stride: layer.stride, padding: padding).gelu()
        }
        let neighbours = try Tensor.full([1, 1] + Array(repeating: Self.kernel, count: axes), 1, device: data.device)
        let none = try Tensor.zeros([1], device: data.device)
        let valid = try convolutions.reduce(mask.reshaped([image.size(0), 1] + image.shape.dropFirst(2))) { x, layer in
            try x.convolution(neighbours, bias: none, stride: layer.stride, padding: padding).minimum(1)
        }
        let tokens = try hidden.reshaped([hidden.size(0), hidden.size(1), -1]).permuted([0, 2, 1])
        return try norm(MaskedMean.of(tokens, mask: valid.reshaped([image.size(0), -1])))
    }
}
