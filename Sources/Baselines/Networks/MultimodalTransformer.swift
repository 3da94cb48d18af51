import HighMMT
import Torch

/// The multimodal transformer MulT: for every ordered pair of modalities, a transformer whose
/// queries are the tokens of the first and whose context are the embedded tokens of the second.
///
/// The results with the same queries are concatenated to (modalities − 1) · width and pass a
/// transformer of self-attention. The last token of each modality is kept; all of them are
/// concatenated and pass a residual perceptron. A task of one modality has self-attention only.
///
/// Source: Tsai et al. 2019, section 3. The last token is the last valid one.
struct MultimodalTransformer: TaskNetwork {
    private struct Branch {
        /// Per context, its index and the layers of the crossmodal transformer.
        let crossmodal: [(context: Int, layers: [TransformerLayer])]
        let own: [TransformerLayer]
    }

    private let embeddings: [TokenEmbedding]
    private let branches: [Branch]
    private let residual: Perceptron

    /// Returns the width of the tokens of a modality after the crossmodal transformers.
    static func branchWidth(_ task: NetworkTask) -> Int {
        max(1, task.shape.modalities.count - 1) * task.configuration.width
    }

    static func width(_ task: NetworkTask) -> Int { task.shape.modalities.count * branchWidth(task) }

    static func declarations(_ path: String, _ task: NetworkTask) -> [ParameterDeclaration] {
        let names = task.shape.modalities.map(\.name)
        return task.streams.flatMap { TokenEmbedding.declarations("\(path).embedding.\($0.modality.name)", $0) }
            + names.flatMap { query in
                names.filter { $0 != query }.flatMap { context in
                    (0..<task.configuration.layers).flatMap {
                        TransformerLayer.declarations(
                            "\(path).crossmodal.\(query).\(context).\($0)", width: task.configuration.width,
                            isCrossmodal: true)
                    }
                }
                    + (0..<task.configuration.layers).flatMap {
                        TransformerLayer.declarations(
                            "\(path).self.\(query).\($0)", width: branchWidth(task), isCrossmodal: false)
                    }
            }
            + Perceptron.declarations(
                "\(path).residual", inputs: width(task), hidden: width(task), outputs: width(task))
    }

    init(_ path: String, _ task: NetworkTask, in parameters: ParameterStore) throws {
        let names = task.shape.modalities.map(\.name)
        let (layers, heads) = (0..<task.configuration.layers, task.configuration.heads)
        embeddings = try task.streams.map {
            try TokenEmbedding("\(path).embedding.\($0.modality.name)", $0, in: parameters)
        }
        branches = try names.map { query in
            Branch(
                crossmodal: try names.indices.filter { names[$0] != query }.map { context in
                    let own = "\(path).crossmodal.\(query).\(names[context])"
                    return (
                        context,
                        try layers.map {
                            try TransformerLayer("\(own).\($0)", heads: heads, isCrossmodal: true, in: parameters)
                        }
                    )
                },
                own: try layers.map {
                    try TransformerLayer(
                        "\(path).self.\(query).\($0)", heads: heads, isCrossmodal: false, in: parameters)
                })
        }
        residual = try Perceptron("\(path).residual", in: parameters)
    }

    func callAsFunction(_ input: NetworkInput) throws -> Tensor {
        let tokens = try zip(embeddings, input.streams).map { try $0($1.data) }
        let masks = try input.streams.map { try $0.mask.greater(than: 0.5) }
        let last = try branches.indices.map { index in
            let branch = branches[index]
            let crossed = try branch.crossmodal.map { context, layers in
                try layers.reduce(tokens[index]) { try $1($0, context: tokens[context], mask: masks[context]) }
            }
            let joined = crossed.isEmpty ? tokens[index] : try Tensor.concatenated(crossed, axis: 2)
            let result = try branch.own.reduce(joined) { try $1($0, mask: masks[index]) }
            return try LastToken.of(result, mask: input.streams[index].mask) * input.streams[index].presence
        }
        let features = try Tensor.concatenated(last, axis: 1)
        return try features + residual(features)
    }
}
