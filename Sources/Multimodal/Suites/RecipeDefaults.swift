/// The default training settings of a recipe. A suite can override each of them.
struct RecipeDefaults {
    var epochs: Int?
    var learningRate: Double
    var weightDecay: Double
    var optimiser: OptimiserKind
    var warmup: Double
    var clip: Double?
    var keep: KeepCriterion
    var countsStart: Bool
    var balance: LossBalance
    var pacing: TaskPacing
    var summary: SummaryPathKind
    var calibration: Bool
    var dropout: Double
    var batch: Int
    var patience: Int?
    var modalityDropout: Double
    var schedule: LearningRateSchedule
    var averaging: Double
    var tokenDropout: Double
    var featureDropout: Double
    var stage2Epochs: Int
    var stage2LearningRate: Double
    var stage2WeightDecay: Double
}

extension RecipeDefaults {
    init(_ recipe: TrainingRecipe, preset: ModelPreset) {
        switch recipe {
        case .robust: self = .robust
        case .published: self = .published(preset)
        }
    }

    private static let robust = RecipeDefaults(
        epochs: nil, learningRate: 1e-3, weightDecay: 0.05, optimiser: .adamw, warmup: 0.05, clip: nil, keep: .loss,
        countsStart: true, balance: .generalisation, pacing: .even, summary: .additive, calibration: true, dropout: 0,
        batch: 0, patience: 20, modalityDropout: 0, schedule: .cosine, averaging: 0.995,
        tokenDropout: 0.1,
        featureDropout: 0.3, stage2Epochs: 10, stage2LearningRate: 3e-4, stage2WeightDecay: 0.05)

    private static func published(_ preset: ModelPreset) -> RecipeDefaults {
        RecipeDefaults(
            epochs: 80, learningRate: preset.learningRate, weightDecay: preset.weightDecay, optimiser: .adam,
            warmup: 0, clip: 0, keep: .metric, countsStart: false, balance: .none, pacing: .late, summary: .none,
            calibration: false, dropout: 0, batch: 32, patience: nil, modalityDropout: 0,
            schedule: .constant,
            averaging: 0, tokenDropout: 0, featureDropout: 0, stage2Epochs: 40, stage2LearningRate: 1e-4,
            stage2WeightDecay: 1e-3)
    }
}
