import Torch

/// The results of one forward pass.
public struct ModelOutput {
    /// The logits of each task, `[batch, outputs]`.
    public var logits: [String: Tensor]
    /// The outputs of each task's head, `[batch, outputs]`: the logits without the summary path
    /// and without factors.
    public var heads: [String: Tensor]
    /// The input of each task's head before normalisation, `[batch, width]`.
    public var features: [String: Tensor]
    /// The latents of each stream after the encoder; empty for models without latents.
    public var latents: [ModalityStream: StreamLatents]
    /// The outputs of each task's summary path without its factor, `[batch, outputs]`.
    public var summaries: [String: Tensor] = [:]

    /// Creates the results from their parts.
    public init(
        logits: [String: Tensor], heads: [String: Tensor], features: [String: Tensor],
        latents: [ModalityStream: StreamLatents], summaries: [String: Tensor] = [:]
    ) {
        self.logits = logits
        self.heads = heads
        self.features = features
        self.latents = latents
        self.summaries = summaries
    }
}
