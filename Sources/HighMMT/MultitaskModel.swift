import Torch

/// A model of several tasks that the training loop can train.
public protocol MultitaskModel: AnyObject {
    /// The tasks, in the order given.
    var tasks: [TaskShape] { get }
    /// All parameters of the model.
    var parameters: ParameterStore { get }
    /// True when samples may lack modalities.
    var learnsPlaceholders: Bool { get }

    /// Runs the tasks of a step.
    ///
    /// # Shapes
    /// - `inputs`: see ``StreamInput``
    /// - Result: see ``ModelOutput``
    ///
    /// - Parameters:
    ///   - inputs: The batch of each task, by task name.
    ///   - dropout: The dropout of the head features during training; `nil` applies none.
    ///   - latentDropout: The dropout of the latents of encoders during training, in models that
    ///     have latents; `nil` applies none.
    ///   - headsOnly: True to leave out the summary paths and factors, as training does.
    /// - Throws: ``ModelError`` with the name of the stream when an input does not fit its task;
    ///   `TorchError` when an operation fails.
    func forward(
        _ inputs: [String: TaskInput], dropout: FeatureDropout?, latentDropout: FeatureDropout?, headsOnly: Bool
    ) throws -> ModelOutput

    /// Runs the tasks of a step together with their losses, or returns `nil` when the model cannot
    /// compute this step that way. Only the total has a gradient.
    ///
    /// # Shapes
    /// - `inputs`: see ``StreamInput``
    /// - Result: the output as of ``forward(_:dropout:latentDropout:headsOnly:)`` for heads only; a
    ///   scalar per loss; the sum of losses times factors, a scalar
    ///
    /// - Parameters:
    ///   - inputs: The batch of each task, by task name.
    ///   - latentDropout: As of ``forward(_:dropout:latentDropout:headsOnly:)``.
    ///   - losses: The loss of every task, in the order of summation.
    /// - Throws: As ``forward(_:dropout:latentDropout:headsOnly:)``.
    func forward(
        _ inputs: [String: TaskInput], latentDropout: FeatureDropout?,
        losses: [(task: String, loss: FusedBlocks.Loss)]
    ) throws -> (output: ModelOutput, losses: [Tensor], total: Tensor)?

    /// Returns the paths of the parameters used in a step of the given tasks.
    func parameterPaths(of taskNames: Set<String>) -> [String]
}

extension MultitaskModel {
    /// Returns `nil`: the losses are computed from the outputs.
    ///
    /// - Throws: Nothing.
    public func forward(
        _ inputs: [String: TaskInput], latentDropout: FeatureDropout?,
        losses: [(task: String, loss: FusedBlocks.Loss)]
    ) throws -> (output: ModelOutput, losses: [Tensor], total: Tensor)? { nil }

    /// Runs the tasks of a step without dropout.
    ///
    /// - Throws: As ``forward(_:dropout:latentDropout:headsOnly:)``.
    public func forward(_ inputs: [String: TaskInput]) throws -> ModelOutput {
        try forward(inputs, dropout: nil, latentDropout: nil, headsOnly: false)
    }
}
