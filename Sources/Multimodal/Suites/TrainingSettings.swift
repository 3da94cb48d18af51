/// The training of a suite's model.
public struct TrainingSettings: Hashable, Sendable, Encodable {
    /// Stage 2: fine-tuning with separate groups.
    public struct Stage2: Hashable, Sendable, Encodable {
        /// Passes over the longest task.
        public var epochs: Int
        /// Step size of Adam.
        public var learningRate: Double
        /// L2 penalty.
        public var weightDecay: Double

        enum CodingKeys: String, CodingKey {
            case epochs
            case learningRate = "learning_rate"
            case weightDecay = "weight_decay"
        }

        init(_ reader: ConfigurationReader, defaults: RecipeDefaults) throws {
            epochs = try reader.integer("epochs", in: 0...1_000_000, default: defaults.stage2Epochs)
            learningRate = try reader.number("learning_rate", in: 0...1e3, default: defaults.stage2LearningRate)
            weightDecay = try reader.number("weight_decay", in: 0...1e3, default: defaults.stage2WeightDecay)
        }
    }

    /// The source of the settings that the suite does not give; `robust` by default.
    public var recipe: TrainingRecipe
    /// Passes over the longest task in stage 1; `nil` until ``Suite/resolved(for:)`` derives them
    /// from the data.
    public var epochs: Int?
    /// The learning rate of Adam; the preset's by default.
    public var learningRate: Double
    /// The L2 penalty of Adam, or the decoupled decay of AdamW in multiples of the learning rate.
    public var weightDecay: Double
    /// The form of weight decay.
    public var optimiser: OptimiserKind
    /// The share of all steps during which the learning rate rises from zero.
    public var warmup: Double
    /// The maximum norm of a step's gradient; a larger gradient is scaled down. 0 sets no limit;
    /// `nil` chooses as ``clip(hasGroups:)`` does.
    public var clip: Double?
    /// The criterion that selects the epoch whose parameters are kept.
    public var keep: KeepCriterion
    /// True to count a stage's initial parameters as epoch 0, which can be selected too.
    public var countsStart: Bool
    /// The scaling of the task losses before they are added.
    public var balance: LossBalance
    /// The steps in which a task with few batches is trained.
    public var pacing: TaskPacing
    /// The additional path from simple statistics to the outputs.
    public var summary: SummaryPathKind
    /// True to scale the outputs of each task to the minimum validation loss. Where a summary path
    /// stands beside the head, both are scaled in any case.
    public var calibration: Bool
    /// The dropout probability of the values in every stream's latents during training.
    public var dropout: Double
    /// The rows per task and step. 0 chooses 4 to 32 of them, so that a small task has about 50
    /// steps per epoch.
    public var batch: Int
    /// The limit of batches per task and epoch, drawn again in every epoch. `nil` uses all with the
    /// published recipe; with the robust one, ``Suite/resolved(for:)`` sets 200 for one task and
    /// 400 for several.
    public var epochBatches: Int?
    /// The limit of training samples per task, the same in every epoch; `nil` uses all. It measures
    /// training on little data.
    public var samples: Int?
    /// The share of each task's labelled training rows whose labels are used, stratified; `nil`
    /// uses all. With the same seed, a smaller share is part of a larger one. The inputs of the
    /// other rows still count for the standardisation.
    public var labels: Double?
    /// The number of epochs without a better validation score after which training stops; `nil`
    /// never stops early.
    public var patience: Int?
    /// The number of checkpoints to keep besides the best; at least 2 are kept.
    public var keepLast: Int
    /// The probability with which training drops each modality of a sample; 0 by default. See
    /// ``ModalityDropout``.
    public var modalityDropout: Double
    /// The change of the learning rate over a stage; constant by default.
    public var schedule: LearningRateSchedule
    /// The decay of the exponential moving average of the parameters, which is validated and kept;
    /// 0 by default, without averaging.
    public var averaging: Double
    /// The probability with which training masks a token of a modality that does not set its own; 0
    /// by default. See ``TokenDropout``.
    public var tokenDropout: Double
    /// The dropout probability of the heads' input features during training; 0 by default.
    public var featureDropout: Double
    /// The reaction to a step whose loss or gradients are not finite.
    public var nonFinite: NonFiniteStep
    /// Stage 2.
    public var stage2: Stage2

    enum CodingKeys: String, CodingKey {
        case recipe, epochs, batch, samples, labels, patience, schedule, averaging, stage2
        case warmup, clip, keep, balance, pacing, summary, calibration, dropout
        case optimiser = "optimizer"
        case countsStart = "counts_start"
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
        case epochBatches = "epoch_batches"
        case keepLast = "keep_last"
        case modalityDropout = "modality_dropout"
        case tokenDropout = "token_dropout"
        case featureDropout = "feature_dropout"
        case nonFinite = "nonfinite"
    }

    init(_ reader: ConfigurationReader, preset: ModelPreset) throws {
        recipe = try reader.choice("recipe", default: .robust)
        let defaults = RecipeDefaults(recipe, preset: preset)
        epochs = try reader.optionalInteger("epochs", in: 0...1_000_000) ?? defaults.epochs
        learningRate = try reader.number("learning_rate", in: 0...1e3, default: defaults.learningRate)
        weightDecay = try reader.number("weight_decay", in: 0...1e3, default: defaults.weightDecay)
        optimiser = try reader.choice("optimizer", default: defaults.optimiser)
        warmup = try reader.number("warmup", in: 0...0.9, default: defaults.warmup)
        clip = try reader.optionalNumber("clip", in: 0...1e9) ?? defaults.clip
        keep = try reader.choice("keep", default: defaults.keep)
        countsStart = try reader.flag("counts_start", default: defaults.countsStart)
        balance = try reader.choice("balance", default: defaults.balance)
        pacing = try reader.choice("pacing", default: defaults.pacing)
        summary = try reader.choice("summary", default: defaults.summary)
        calibration = try reader.flag("calibration", default: defaults.calibration)
        dropout = try reader.number("dropout", in: 0...0.99, default: defaults.dropout)
        batch = try reader.integer("batch", in: 0...1_000_000, default: defaults.batch)
        epochBatches = try reader.optionalInteger("epoch_batches", in: 1...1_000_000_000)
        samples = try reader.optionalInteger("samples", in: 1...1_000_000_000)
        labels = try reader.optionalNumber("labels", in: 1e-6...1)
        patience = try reader.optionalInteger("patience", in: 1...1_000_000) ?? defaults.patience
        keepLast = try reader.integer("keep_last", in: 0...1_000_000, default: 1)
        modalityDropout = try reader.number(
            "modality_dropout", in: ModalityDropout.shares, default: defaults.modalityDropout)
        schedule = try reader.choice("schedule", default: defaults.schedule)
        averaging = try reader.number("averaging", in: 0...0.999999, default: defaults.averaging)
        tokenDropout = try reader.number("token_dropout", in: TokenDropout.range, default: defaults.tokenDropout)
        featureDropout = try reader.number("feature_dropout", in: 0...0.99, default: defaults.featureDropout)
        nonFinite = try reader.choice("nonfinite", default: .stop)
        stage2 = try reader.section("stage2") { try Stage2($0, defaults: defaults) }
    }
}

extension TrainingSettings {
    /// True when factors are fitted for the outputs of heads and summary paths.
    public var mixesOutputs: Bool { calibration || summary != .none }

    /// Returns the maximum norm of a step's gradient; 0 sets no limit. If the suite does not set
    /// it, it is 1 for a model whose streams share all parameters, and 0 for a model with groups.
    ///
    /// Tasks differ widely in the size of their gradients. The limit keeps the large ones from
    /// outweighing the others in parameters that all share. Where groups part the tasks, it would
    /// scale down the gradients of one group for the size of another's.
    public func clip(hasGroups: Bool) -> Double { clip ?? (hasGroups ? 0 : 1) }
}
