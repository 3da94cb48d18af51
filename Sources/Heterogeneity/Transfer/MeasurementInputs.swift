import Multimodal

/// The inputs of the trainings of a measurement, apart from their budget.
///
/// A suite may continue the measurement of another exactly when their inputs are equal.
public struct MeasurementInputs: Codable, Equatable, Sendable {
    /// The inputs from one task on which predictors are trained.
    public struct Task: Codable, Equatable, Sendable {
        /// The folder of the dataset, as written in the suite.
        let dataset: String
        let target: String
        /// The modalities; `nil` when the suite lists none and uses all of the dataset.
        let modalities: [String]?
        /// The number of samples per step.
        let batch: Int
    }

    /// The first seed of the trainings.
    let seed: UInt64
    /// The tasks with the role `train`, by name.
    let tasks: [String: Task]
    /// The encodings of modalities, without the dropout of tokens, which predictors do not have.
    let modalities: [String: EncodingSettings]
    /// The model settings without groups and method. They do not matter, since every predictor is
    /// a HighMMT model with its own encoder.
    let model: ModelSettings
    let recipe: TrainingRecipe
    let learningRate: Double
    let weightDecay: Double
    /// The form of weight decay; `nil` for Adam with an L2 penalty. As with the two settings below,
    /// the value of the published recipe is left out, since earlier versions did not write it.
    let optimiser: OptimiserKind?
    /// The share of all steps during which the learning rate rises; `nil` for 0.
    let warmup: Double?
    /// The maximum norm of a step's gradient; `nil` for no limit.
    let clip: Double?

    /// The share of the labels; `nil` for all.
    let labels: Double?

    enum CodingKeys: String, CodingKey {
        case seed, tasks, modalities, model, recipe, warmup, clip, labels
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
        case optimiser = "optimizer"
    }

    /// Collects the inputs from a suite.
    public init(_ suite: Suite) {
        seed = suite.seed
        tasks = suite.tasks.filter { $0.value.role == .train }.mapValues { task in
            Task(
                dataset: suite.datasets[task.dataset]?.path ?? task.dataset, target: task.target,
                modalities: task.modalities, batch: task.batch ?? suite.training.batch)
        }
        modalities = suite.modalities.compactMapValues { settings in
            var own = settings
            own.tokenDropout = nil
            return own == EncodingSettings() ? nil : own
        }
        var model = suite.model
        model.groups = nil
        model.method = .highmmt
        self.model = model
        recipe = suite.training.recipe
        learningRate = suite.training.learningRate
        weightDecay = suite.training.weightDecay
        optimiser = suite.training.optimiser == .adam ? nil : suite.training.optimiser
        warmup = suite.training.warmup > 0 ? suite.training.warmup : nil
        let clip = suite.training.clip(hasGroups: false)
        self.clip = clip > 0 ? clip : nil
        labels = suite.training.labels
    }
}
