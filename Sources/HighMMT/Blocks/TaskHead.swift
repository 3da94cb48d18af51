import Torch

/// The head of a task: layer normalisation and a linear layer.
///
/// A slot of its input holds the result of one pair of streams. A task with one stream has a single
/// slot with all latents, or with their mean.
struct TaskHead {
    private let norm: LayerNormParameters
    private let weight: Tensor
    private let bias: Tensor
    /// The learned input for slots of missing modalities, `[slots, slot width]`. `nil` when the
    /// model learns no placeholders.
    let placeholders: Tensor?

    /// Returns the number of slots and the width of each.
    static func slots(_ task: TaskShape, _ configuration: ModelConfiguration) -> (count: Int, width: Int) {
        guard task.modalities.count == 1 else { return (task.pairs.count, configuration.width) }
        return (
            1, configuration.poolsLatents == true ? configuration.width : configuration.latents * configuration.width
        )
    }

    static func declarations(_ task: TaskShape, _ configuration: ModelConfiguration) -> [ParameterDeclaration] {
        let (count, width) = slots(task, configuration)
        let path = "head.\(task.name)"
        let placeholder = ParameterDeclaration("\(path).placeholder", [count, width], .zeros)
        return ParameterDeclaration.layerNorm("\(path).norm", width: count * width)
            + ParameterDeclaration.linear(
                "\(path).linear", inputs: count * width, outputs: task.outputs, bias: true)
            + (configuration.learnsPlaceholders ? [placeholder] : [])
    }

    init(_ task: TaskShape, _ configuration: ModelConfiguration, in parameters: ParameterStore) throws {
        let path = "head.\(task.name)"
        norm = try LayerNormParameters("\(path).norm", in: parameters)
        weight = try parameters.parameter("\(path).linear.weight")
        bias = try parameters.parameter("\(path).linear.bias")
        placeholders = configuration.learnsPlaceholders ? try parameters.parameter("\(path).placeholder") : nil
    }

    /// The number of outputs.
    var outputs: Int { bias.count }

    /// Returns the head as a fused function of the given rows, with its loss.
    func fused(_ rows: FusedBlocks.HeadRows, loss: FusedBlocks.Loss) -> FusedBlocks.Head {
        FusedBlocks.Head(rows, norm: norm.pair, linear: (weight, bias), loss: loss)
    }

    /// Returns the logits of a batch.
    ///
    /// # Shapes
    /// - `features`: `[batch, slots · slot width]`
    /// - `factors`: the shape of `features`; multiplies the normalised features
    /// - Result: `[batch, outputs]`
    func callAsFunction(_ features: Tensor, factors: Tensor? = nil) throws -> Tensor {
        let normalised = try norm(features)
        return try (factors.map { try normalised * $0 } ?? normalised).linear(weight, bias: bias)
    }
}
