import Multimodal

/// The parts of a training that the published one does not have.
public struct TrainerRecipe: Sendable {
    /// Share of all steps in which the learning rate rises from zero.
    public var warmup = 0.0
    /// The largest norm of a step's gradient; no limit when it is 0.
    public var clip = 0.0
    /// True for weight decay that is decoupled from the gradient.
    public var isDecayDecoupled = false
    /// The criterion by which parameters are kept.
    public var keep = KeepCriterion.metric
    /// True to count the initial parameters of the stage as epoch 0.
    public var countsStart = false
    /// The unit in which the losses of tasks are added.
    public var balance = LossBalance.none
    /// The steps in which a task with few batches takes part.
    public var pacing = TaskPacing.late
    /// True to scale the outputs of tasks to the minimum validation loss.
    public var isCalibrated = false
    /// Share of the numbers that are silenced in the latents of streams.
    public var dropout = 0.0
    /// Task → the fit of its summary path.
    var summaries: [String: SummaryFit] = [:]

    /// The published training.
    public init() {}

    /// The training that a suite asks for.
    public init(_ training: TrainingSettings) {
        warmup = training.warmup
        clip = training.clip
        isDecayDecoupled = training.optimiser == .adamw
        keep = training.keep
        countsStart = training.countsStart
        balance = training.balance
        pacing = training.pacing
        isCalibrated = training.calibration
        dropout = training.dropout
    }

    /// The factor of the learning rate when a part of all steps is done.
    func learningRate(at progress: Double, _ schedule: LearningRateSchedule) -> Double {
        guard warmup > 0 else { return schedule.factor(at: progress) }
        return progress < warmup ? progress / warmup : schedule.factor(at: (progress - warmup) / (1 - warmup))
    }
}
