import Multimodal

/// The training settings that the published training does not have.
public struct TrainerRecipe: Sendable {
    /// The share of all steps during which the learning rate rises from zero.
    public var warmup = 0.0
    /// The schedule of the learning rate after the warm-up.
    public var schedule = LearningRateSchedule.constant
    /// The maximum norm of a step's gradient; 0 sets no limit.
    public var clip = 0.0
    /// True for weight decay that is decoupled from the gradient.
    public var isDecayDecoupled = false
    /// The criterion that selects the epoch whose parameters are kept.
    public var keep = KeepCriterion.metric
    /// True to count the initial parameters of the stage as epoch 0.
    public var countsStart = false
    /// The scaling of the task losses before they are added.
    public var balance = LossBalance.none
    /// The steps in which a task with few batches is trained.
    public var pacing = TaskPacing.late
    /// True to scale head and summary path of every task to the minimum validation loss.
    public var isCalibrated = false
    /// True when tasks share no parameters. Each then keeps its own best epoch, and its gradients
    /// are clipped on their own.
    public var separatesTasks = false
    /// The reaction to a step whose loss or gradients are not finite.
    public var nonFinite = NonFiniteStep.stop
    /// The decay of the running mean of parameters that is validated and saved; 0 uses the
    /// parameters themselves.
    public var averaging = 0.0
    /// The dropout probability of the values in the streams' latents.
    public var dropout = 0.0
    /// The probability of dropping a feature read by a head.
    public var featureDropout = 0.0

    /// Creates the settings of the published training.
    public init() {}

    /// Creates the settings of a suite.
    public init(_ training: TrainingSettings) {
        warmup = training.warmup
        schedule = training.schedule
        clip = training.clip(hasGroups: false)
        isDecayDecoupled = training.optimiser == .adamw
        keep = training.keep
        countsStart = training.countsStart
        balance = training.balance
        pacing = training.pacing
        isCalibrated = training.mixesOutputs
        averaging = training.averaging
        dropout = training.dropout
        featureDropout = training.featureDropout
        nonFinite = training.nonFinite
    }

    /// Returns the factor of the learning rate after a share of all steps.
    package func learningRate(at progress: Double) -> Double {
        guard warmup > 0 else { return schedule.factor(at: progress) }
        return progress < warmup ? progress / warmup : schedule.factor(at: (progress - warmup) / (1 - warmup))
    }
}
