import Torch

/// A linear map from simple statistics of the inputs, and from piecewise-linear features of them,
/// to the outputs of a task, in addition to its head.
///
/// It is fitted before the model trains and then stays fixed. An absent modality counts as the mean
/// training sample and adds a fitted constant of its own.
struct SummaryPath {
    private struct Part {
        let modality: ModalityShape
        let shape: SummaryShape
        /// The bounds of the intervals, `[statistics, intervals + 1]`; `nil` without.
        let bounds: Tensor?
        /// The means to subtract, `[features]`.
        let mean: Tensor
        /// The factors of the centred features, `[features]`.
        let scale: Tensor
        /// The weights, `[outputs, features]`.
        let weight: Tensor
        /// The constants for a sample that lacks the modality, `[outputs]`.
        let absent: Tensor
    }

    private let parts: [Part]
    private let bias: Tensor

    static func path(_ task: TaskShape) -> String { "summary.\(task.name)" }

    static func declarations(_ task: TaskShape) -> [ParameterDeclaration] {
        guard task.hasSummary else { return [] }
        let parts = task.modalities.flatMap { modality -> [ParameterDeclaration] in
            guard let shape = modality.summary else { return [] }
            let path = "\(path(task)).\(modality.name)"
            let bounds = shape.pieces.map {
                ParameterDeclaration.fitted("\(path).bounds", [$0.statistics, $0.intervals + 1], .zeros)
            }
            return [bounds].compactMap(\.self) + [
                .fitted("\(path).mean", [shape.featureCount], .zeros),
                .fitted("\(path).scale", [shape.featureCount], .ones),
                .fitted("\(path).weight", [task.outputs, shape.featureCount], .zeros),
                .fitted("\(path).absent", [task.outputs], .zeros),
            ]
        }
        return parts + [.fitted("\(path(task)).bias", [task.outputs], .zeros)]
    }

    init?(_ task: TaskShape, in parameters: ParameterStore) throws {
        guard task.hasSummary else { return nil }
        let path = Self.path(task)
        parts = try task.modalities.compactMap { modality in
            try modality.summary.map { shape in
                let own = "\(path).\(modality.name)"
                return try Part(
                    modality: modality, shape: shape,
                    bounds: shape.pieces.map { _ in try parameters.parameter("\(own).bounds") },
                    mean: parameters.parameter("\(own).mean"),
                    scale: parameters.parameter("\(own).scale"), weight: parameters.parameter("\(own).weight"),
                    absent: parameters.parameter("\(own).absent"))
            }
        }
        bias = try parameters.parameter("\(path).bias")
    }

    /// # Shapes
    /// Result: `[batch, outputs]`, without a gradient.
    func callAsFunction(_ input: TaskInput) throws -> Tensor {
        try withoutGradients {
            try parts.reduce(bias.reshaped([1, -1]).expanded([input.count, bias.count])) { sum, part in
                let presence = input.presence(of: part.modality.name)
                let absent = try part.absent.reshaped([1, -1])
                guard let stream = input.streams[part.modality.name], presence.contains(true) else {
                    return try sum + absent
                }
                let features = try SummaryFeatures.of(stream, part.shape, bounds: part.bounds)
                let known = try SummaryFeatures.limited((features - part.mean) * part.scale)
                let added = try known.linear(part.weight)
                guard presence.contains(false) else { return try sum + added }
                let flags = try Tensor(presence, shape: [input.count, 1]).to(device: bias.device)
                return try sum + Tensor.choose(flags, added, absent)
            }
        }
    }
}
