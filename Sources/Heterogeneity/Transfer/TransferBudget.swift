import Multimodal

/// The budget of every training of a measurement. A training that starts from another entry has the
/// same budget as the random start that it is compared with.
public struct TransferBudget: Codable, Equatable, Sendable {
    /// The number of epochs of every training; the largest number with ``patience``.
    public var epochs: Int
    /// The number of epochs without a smaller loss of held-out training samples after which a
    /// training stops. The epoch with the smallest such loss is kept. `nil` holds out no samples,
    /// and trains all epochs, of which the best on validation samples is kept.
    public var patience: Int?
    /// The number of seeds with which every training is repeated.
    public var seeds: Int
    /// The number of random starts per entry that transfers are compared with; `nil` uses `seeds`.
    /// Each costs one training per entry, and its noise enters every transfer to that entry.
    public var referenceSeeds: Int?
    /// The largest number of training samples of a predictor.
    public var samples: Int
    /// The largest number of training samples of transfers and of the random starts that they are
    /// compared with; `nil` uses `samples`. With fewer, targets are short of data while sources are
    /// still trained on `samples`.
    public var targetSamples: Int?
    /// The largest number of validation samples; `nil` uses `samples`. They are cheap, and more
    /// seeds cannot reduce the error from having few of them.
    public var validationSamples: Int?
    /// The smallest number of steps per epoch. Entries with fewer batches repeat them.
    public var leastSteps: Int
    /// The learning rate of the first step, relative to that of the suite. It decreases linearly to
    /// zero.
    public var learningRate: Double

    /// Creates a budget. By default it has 10 epochs of at most 512 samples and at least 8 steps, 3
    /// seeds, and an initial learning rate of three times the suite's.
    public init(
        epochs: Int = 10, patience: Int? = nil, seeds: Int = 3, referenceSeeds: Int? = nil, samples: Int = 512,
        targetSamples: Int? = nil,
        validationSamples: Int? = nil, leastSteps: Int = 8, learningRate: Double = 3
    ) {
        self.epochs = epochs
        self.patience = patience
        self.seeds = seeds
        self.referenceSeeds = referenceSeeds
        self.samples = samples
        self.targetSamples = targetSamples
        self.validationSamples = validationSamples
        self.leastSteps = leastSteps
        self.learningRate = learningRate
    }

    /// Creates the default budget of a recipe.
    ///
    /// With the robust recipe, trainings have at most 40 epochs and stop after 5 epochs without
    /// improvement.
    public init(for recipe: TrainingRecipe) {
        self.init()
        if recipe == .robust { (epochs, patience) = (40, 5) }
    }

    /// The least of a number: four samples, of which some are held out, and one of all else.
    private static func least(_ name: String) -> Int { name.hasSuffix("samples") ? 4 : 1 }

    /// Checks that every number is large enough, and that there are at least as many reference
    /// seeds as seeds.
    ///
    /// - Throws: ``HeterogeneityError`` that names the invalid number.
    func validate() throws {
        for (name, value) in [
            ("epochs", epochs), ("patience", patience ?? 1), ("seeds", seeds),
            ("reference seeds", referenceSeeds ?? seeds), ("samples", samples),
            ("target samples", targetSamples ?? samples), ("validation samples", validationSamples ?? samples),
            ("steps", leastSteps),
        ]
        where !(Self.least(name)...1_000_000).contains(value) {
            throw HeterogeneityError("the budget's \(name): \(value), expected \(Self.least(name)) to 1000000")
        }
        guard referenceSeeds ?? seeds >= seeds else {
            throw HeterogeneityError(
                "the budget's reference seeds: \(referenceSeeds ?? seeds), expected at least the \(seeds) seeds")
        }
        guard learningRate > 0, learningRate <= 1000 else {
            throw HeterogeneityError("the budget's learning rate: \(learningRate), expected above 0, at most 1000")
        }
    }
}
