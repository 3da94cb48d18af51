/// How far a measurement has come.
public struct TransferProgress: Sendable {
    /// What is measured.
    public var kind: HeterogeneityKind
    /// Trainings that are done, those of earlier runs included.
    public var done: Int
    /// Trainings in all.
    public var total: Int
    /// Seconds that the rest will take, from the trainings that this process has timed; nothing before the first.
    public var secondsLeft: Double?
    /// The training that was finished last, in words.
    public var last: String
    /// Processor seconds that it took; they do not count what other programs did meanwhile.
    public var processorSeconds: Double
}
