import Multimodal

/// The inputs on which the result of stage 1 depends. Two suites with equal inputs may continue
/// each other's runs.
///
/// The number of epochs is not an input, since a run may be extended. Neither is stage 2, which is
/// chosen after stage 1 and has its own ``ModelRecord``.
public struct TrainingInputs: Encodable, Equatable, Sendable {
    /// The settings that apply to all tasks.
    public struct Training: Encodable, Equatable, Sendable {
        let recipe: TrainingRecipe
        let optimiser: OptimiserKind
        let warmup: Double
        let clip: Double?
        let keep: KeepCriterion
        let countsStart: Bool
        let balance: LossBalance
        let pacing: TaskPacing
        let summary: SummaryPathKind
        let calibration: Bool
        let dropout: Double
        let learningRate: Double
        let weightDecay: Double
        let batch: Int
        let epochBatches: Int?
        let samples: Int?
        let labels: Double?
        let patience: Int?
        let modalityDropout: Double
        let schedule: LearningRateSchedule
        let averaging: Double
        let tokenDropout: Double
        let featureDropout: Double

        enum CodingKeys: String, CodingKey {
            case batch, samples, labels, patience, schedule, averaging
            case recipe, warmup, clip, keep, balance, pacing, summary, calibration, dropout
            case optimiser = "optimizer"
            case countsStart = "counts_start"
            case learningRate = "learning_rate"
            case weightDecay = "weight_decay"
            case epochBatches = "epoch_batches"
            case modalityDropout = "modality_dropout"
            case tokenDropout = "token_dropout"
            case featureDropout = "feature_dropout"
        }
    }

    let name: String
    let seed: UInt64
    /// Dataset → its folder.
    let datasets: [String: String]
    let tasks: [String: SuiteTask]
    let modalities: [String: EncodingSettings]
    let model: ModelSettings
    let training: Training

    /// Collects the inputs from a suite.
    public init(_ suite: Suite) {
        name = suite.name
        seed = suite.seed
        datasets = suite.datasets.mapValues(\.path)
        tasks = suite.tasks
        modalities = suite.modalities
        model = suite.model
        let settings = suite.training
        training = Training(
            recipe: settings.recipe, optimiser: settings.optimiser, warmup: settings.warmup, clip: settings.clip,
            keep: settings.keep, countsStart: settings.countsStart, balance: settings.balance,
            pacing: settings.pacing, summary: settings.summary, calibration: settings.calibration,
            dropout: settings.dropout,
            learningRate: settings.learningRate, weightDecay: settings.weightDecay, batch: settings.batch,
            epochBatches: settings.epochBatches, samples: settings.samples, labels: settings.labels,
            patience: settings.patience,
            modalityDropout: settings.modalityDropout, schedule: settings.schedule, averaging: settings.averaging,
            tokenDropout: settings.tokenDropout, featureDropout: settings.featureDropout)
    }
}
