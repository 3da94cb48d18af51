import HighMMT
import Torch

/// Early fusion: one transformer over the tokens of all modalities and a learned token, whose
/// result the head reads.
struct EarlyFusion: TaskNetwork {
    private let embeddings: [TokenEmbedding]
    private let first: Tensor
    private let layers: [TransformerLayer]
    private let norm: LayerNormParameters

    static func declarations(_ path: String, _ task: NetworkTask) -> [ParameterDeclaration] {
        task.streams.flatMap { TokenEmbedding.declarations("\(path).embedding.\($0.modality.name)", $0) }
            + [ParameterDeclaration("\(path).first", [1, task.configuration.width], .normal)]
            + (0..<task.configuration.layers).flatMap {
                TransformerLayer.declarations(
                    "\(path).layer.\($0)", width: task.configuration.width, isCrossmodal: false)
            } + ParameterDeclaration.layerNorm("\(path).norm", width: task.configuration.width)
    }

    static func width(_ task: NetworkTask) -> Int { task.configuration.width }

    init(_ path: String, _ task: NetworkTask, in parameters: ParameterStore) throws {
        embeddings = try task.streams.map {
            try TokenEmbedding("\(path).embedding.\($0.modality.name)", $0, in: parameters)
        }
        first = try parameters.parameter("\(path).first")
        layers = try (0..<task.configuration.layers).map {
            try TransformerLayer(
                "\(path).layer.\($0)", heads: task.configuration.heads, isCrossmodal: false, in: parameters)
        }
        norm = try LayerNormParameters("\(path).norm", in: parameters)
    }

    func callAsFunction(_ input: NetworkInput) throws -> Tensor {
        let batch = try input.streams[0].data.size(0)
        let width = try first.size(1)
        let start = try first.reshaped([1, 1, width]).expanded([batch, 1, width])
        let tokens = try zip(embeddings, input.streams).map { try $0($1.data) }
        let valid = try Tensor.full([batch, 1], 1, device: start.device)
        let mask = try Tensor.concatenated([valid] + input.streams.map(\.mask), axis: 1).greater(than: 0.5)
        let result = try layers.reduce(Tensor.concatenated([start] + tokens, axis: 1)) { try $1($0, mask: mask) }
        return try norm(result.narrowed(axis: 1, start: 0, length: 1).reshaped([batch, width]))
    }
}
