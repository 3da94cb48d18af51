/// How a suite's model is trained.
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

        init(_ reader: ConfigurationReader) throws {
            epochs = try reader.integer("epochs", in: 0...1_000_000, default: 40)
            learningRate = try reader.number("learning_rate", in: 0...1e3, default: 1e-4)
            weightDecay = try reader.number("weight_decay", in: 0...1e3, default: 1e-3)
        }
    }

    /// Passes over the longest task in stage 1.
    public var epochs: Int
    /// Step size of Adam; the preset's, where the suite does not say.
    public var learningRate: Double
    /// L2 penalty; the preset's, where the suite does not say.
    public var weightDecay: Double
    /// Rows per task and step.
    public var batch: Int
    /// The most batches of a task in an epoch, others in every epoch; all, where absent.
    public var epochBatches: Int?
    /// The most training samples of a task that its training sees, the same in every epoch; all, where absent. Scores then tell what
    /// a model makes of few.
    public var samples: Int?
    /// Epochs without a better validation score after which training stops; never, where absent.
    public var patience: Int?
    /// Checkpoints to keep beside the best.
    public var keepLast: Int
    /// Share of the modalities that samples lose while training; 0 where the suite does not say. See ``ModalityDropout``.
    public var modalityDropout: Double
    /// How the learning rate goes on over a stage; constant where the suite does not say.
    public var schedule: LearningRateSchedule
    /// What a step leaves of the running mean of parameters that is validated and kept; 0, no mean, where the suite does not
    /// say.
    public var averaging: Double
    /// Share of the tokens that are hidden while training; 0 where the suite does not say. See ``TokenDropout``.
    public var tokenDropout: Double
    /// Share of the numbers read by heads that are silenced while training; 0 where the suite does not say.
    public var featureDropout: Double
    /// Stage 2.
    public var stage2: Stage2

    enum CodingKeys: String, CodingKey {
        case epochs, batch, samples, patience, schedule, averaging, stage2
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
        case epochBatches = "epoch_batches"
        case keepLast = "keep_last"
        case modalityDropout = "modality_dropout"
        case tokenDropout = "token_dropout"
        case featureDropout = "feature_dropout"
    }

    init(_ reader: ConfigurationReader, preset: ModelPreset) throws {
        epochs = try reader.integer("epochs", in: 0...1_000_000, default: 80)
        learningRate = try reader.number("learning_rate", in: 0...1e3, default: preset.learningRate)
        weightDecay = try reader.number("weight_decay", in: 0...1e3, default: preset.weightDecay)
        batch = try reader.integer("batch", in: 1...1_000_000, default: 32)
        epochBatches = try reader.optionalInteger("epoch_batches", in: 1...1_000_000_000)
        samples = try reader.optionalInteger("samples", in: 1...1_000_000_000)
        patience = try reader.optionalInteger("patience", in: 1...1_000_000)
        keepLast = try reader.integer("keep_last", in: 0...1_000_000, default: 1)
        modalityDropout = try reader.number("modality_dropout", in: ModalityDropout.shares, default: 0)
        schedule = try reader.choice("schedule", default: .constant)
        averaging = try reader.number("averaging", in: 0...0.999999, default: 0)
        tokenDropout = try reader.number("token_dropout", in: TokenDropout.shares, default: 0)
        featureDropout = try reader.number("feature_dropout", in: 0...0.99, default: 0)
        stage2 = try reader.section("stage2") { try Stage2($0) }
    }
}
