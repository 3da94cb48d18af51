/// What every training of a measurement may spend; a start from another entry gets the same as the random start that it is compared
/// with.
public struct TransferBudget: Codable, Equatable, Sendable {
    /// Epochs of every training.
    public var epochs: Int
    /// Trainings from different random starts.
    public var seeds: Int
    /// Random starts that transfers are compared with; as many as `seeds` when nothing is given. They are cheap, one training per
    /// entry and seed, and what chance does to them is in every transfer to the entry.
    public var referenceSeeds: Int?
    /// The most samples of the training split that a predictor learns from.
    public var samples: Int
    /// The most samples that transfers, and the trainings they are compared with, learn from; as many as `samples` when nothing is
    /// given. Fewer let sources learn well what targets are then short of.
    public var targetSamples: Int?
    /// The most samples of the validation split that losses are taken on; as many as `samples` when nothing is given. They cost
    /// little, and what they leave uncertain no number of seeds can mend.
    public var validationSamples: Int?
    /// The fewest steps that make an epoch; entries with fewer batches repeat them.
    public var leastSteps: Int
    /// The learning rate of the first step, in units of the suite's; it falls to zero until the last step.
    public var learningRate: Double

    /// A budget. By default 10 epochs of at most 512 samples and at least 8 steps, 3 seeds, and three times the suite's
    /// learning rate at first.
    public init(
        epochs: Int = 10, seeds: Int = 3, referenceSeeds: Int? = nil, samples: Int = 512, targetSamples: Int? = nil,
        validationSamples: Int? = nil, leastSteps: Int = 8, learningRate: Double = 3
    ) {
        self.epochs = epochs
        self.seeds = seeds
        self.referenceSeeds = referenceSeeds
        self.samples = samples
        self.targetSamples = targetSamples
        self.validationSamples = validationSamples
        self.leastSteps = leastSteps
        self.learningRate = learningRate
    }

    /// Checks that every number is positive, and that there are no fewer random starts than seeds.
    ///
    /// - Throws: ``HeterogeneityError`` that names the number.
    func validate() throws {
        for (name, value) in [
            ("epochs", epochs), ("seeds", seeds), ("reference seeds", referenceSeeds ?? seeds), ("samples", samples),
            ("target samples", targetSamples ?? samples), ("validation samples", validationSamples ?? samples),
            ("steps", leastSteps),
        ]
        where !(1...1_000_000).contains(value) {
            throw HeterogeneityError("the budget's \(name): \(value), expected 1 to 1000000")
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
