/// The progress of a measurement.
public struct TransferProgress: Sendable {
    /// The kind of heterogeneity.
    public var kind: HeterogeneityKind
    /// The number of finished trainings, including those of earlier runs.
    public var done: Int
    /// The total number of trainings.
    public var total: Int
    /// The estimated seconds left, based on the trainings timed in this process; `nil` before the
    /// first.
    public var secondsLeft: Double?
    /// A description of the training that finished last.
    public var last: String
    /// The processor seconds of that training, without the time of other programs.
    public var processorSeconds: Double
}
