import Multimodal

/// What keeps a model from learning small datasets by heart. The published training has none of it.
public struct Regularisation: Sendable {
    /// How the learning rate goes on from the first step of a stage to the last.
    public var schedule = LearningRateSchedule.constant
    /// What a step leaves of the running mean of parameters that is validated and kept; no mean when it is 0.
    public var averaging = 0.0
    /// Share of the tokens that are hidden.
    public var tokenDropout = 0.0
    /// Share of the numbers read by heads that are silenced.
    public var featureDropout = 0.0

    /// None.
    public init() {}

    /// What a suite asks for.
    public init(_ training: TrainingSettings) {
        schedule = training.schedule
        averaging = training.averaging
        tokenDropout = training.tokenDropout
        featureDropout = training.featureDropout
    }
}
