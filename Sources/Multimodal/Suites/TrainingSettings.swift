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

        init(_ reader: ConfigurationReader) throws {
            epochs = try reader.integer("epochs", in: 0...1_000_000, default: 40)
            learningRate = try reader.number("learning_rate", in: 0...1e3, default: 1e-4)
            weightDecay = try reader.number("weight_decay", in: 0...1e3, default: 1e-3)
        }
    }

    /// Passes over the longest task in stage 1.
    public var epochs: Int
    /// The learning rate of Adam; the preset's by default.
    public var learningRate: Double
    /// The L2 penalty; the preset's by default.
    public var weightDecay: Double
    /// Rows per task and step.
    public var batch: Int
    /// The limit of batches per task and epoch, drawn again in every epoch; `nil` uses all.
    public var epochBatches: Int?
    /// The limit of training samples per task, the same in every epoch; `nil` uses all. It measures
    /// training on little data.
    public var samples: Int?
    /// The number of epochs without a better validation score after which training stops; `nil`
    /// never stops early.
    public var patience: Int?
    /// The number of checkpoints to keep besides the best.
    public var keepLast: Int
    /// The probability with which training drops each modality of a sample; 0 by default. See
    /// ``ModalityDropout``.
    public var modalityDropout: Double
    /// The change of the learning rate over a stage; constant by default.
    public var schedule: LearningRateSchedule
    /// The decay of the exponential moving average of the parameters, which is validated and kept;
    /// 0 by default, without averaging.
    public var averaging: Double
    /// The probability with which training masks a token; 0 by default. See ``TokenDropout``.
    public var tokenDropout: Double
    /// The dropout probability of the heads' input features during training; 0 by default.
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
