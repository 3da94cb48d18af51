import Multimodal

/// Regularisation against overfitting small datasets. All of it is off by default, as in the paper.
public struct Regularisation: Sendable {
    /// The schedule of the learning rate over a stage.
    public var schedule = LearningRateSchedule.constant
    /// The decay of the running mean of parameters that is validated and saved; 0 uses the
    /// parameters themselves.
    public var averaging = 0.0
    /// The probability of dropping a feature read by a head.
    public var featureDropout = 0.0

    /// Creates settings without regularisation.
    public init() {}

    /// Creates the settings of a suite.
    public init(_ training: TrainingSettings) {
        schedule = training.schedule
        averaging = training.averaging
        featureDropout = training.featureDropout
    }
}
