import HighMMT
import Torch

/// A model whose training outputs are not finite once a parameter is larger than a limit, as with a
/// learning rate that is too high.
final class FragileModel: MultitaskModel {
    private let model: any MultitaskModel
    private let limit: Float

    var tasks: [TaskShape] { model.tasks }
    var parameters: ParameterStore { model.parameters }
    var learnsPlaceholders: Bool { model.learnsPlaceholders }

    /// - Parameters:
    ///   - model: The model to compute with.
    ///   - room: The distance from the largest initial parameter to the limit.
    init(_ model: any MultitaskModel, room: Float) throws {
        self.model = model
        limit = try Self.largest(model.parameters) + room
    }

    func forward(
        _ inputs: [String: TaskInput], dropout: FeatureDropout?, latentDropout: FeatureDropout?, headsOnly: Bool
    ) throws -> ModelOutput {
        var output = try model.forward(
            inputs, dropout: dropout, latentDropout: latentDropout, headsOnly: headsOnly)
        // Training computes the heads only, validation does not.
        guard headsOnly, try Self.largest(parameters) > limit else { return output }
        output.logits = try output.logits.mapValues { try $0 * Double.nan }
        return output
    }

    func parameterPaths(of taskNames: Set<String>) -> [String] { model.parameterPaths(of: taskNames) }

    private static func largest(_ parameters: ParameterStore) throws -> Float {
        try parameters.values.floats().map(abs).max() ?? 0
    }
}
