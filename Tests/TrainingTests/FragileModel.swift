import HighMMT
import Torch

/// A model whose training outputs are not finite once a parameter is far from its initial value, as
/// with a learning rate that is too high.
final class FragileModel: MultitaskModel {
    private let model: any MultitaskModel
    private let initial: [Float]
    private let room: Float

    var tasks: [TaskShape] { model.tasks }
    var parameters: ParameterStore { model.parameters }
    var learnsPlaceholders: Bool { model.learnsPlaceholders }

    /// - Parameters:
    ///   - model: The model to compute with.
    ///   - room: The distance that a parameter may move.
    init(_ model: any MultitaskModel, room: Float) throws {
        self.model = model
        self.room = room
        initial = try model.parameters.values.floats()
    }

    func forward(
        _ inputs: [String: TaskInput], dropout: FeatureDropout?, latentDropout: FeatureDropout?, headsOnly: Bool
    ) throws -> ModelOutput {
        var output = try model.forward(
            inputs, dropout: dropout, latentDropout: latentDropout, headsOnly: headsOnly)
        // Training computes the heads only, validation does not.
        guard headsOnly, try distance() > room else { return output }
        output.logits = try output.logits.mapValues { try $0 * Double.nan }
        output.heads = try output.heads.mapValues { try $0 * Double.nan }
        return output
    }

    func parameterPaths(of taskNames: Set<String>) -> [String] { model.parameterPaths(of: taskNames) }

    private func distance() throws -> Float {
        try zip(parameters.values.floats(), initial).map { abs($0 - $1) }.max() ?? 0
    }
}
