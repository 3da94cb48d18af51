/// The updates of an epoch, summarised.
public struct EpochUpdates: Equatable, Sendable {
    /// The learning rate of the last update.
    public var learningRate: Double
    /// The norm of the gradients of the last update, before clipping.
    public var gradientNorm: Double
    /// The mean duration of an update in this process, with the wait for its batch.
    public var secondsPerStep: Double
}
