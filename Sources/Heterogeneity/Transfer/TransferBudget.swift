/// What every training of a measurement may spend; a random start and a start from another entry get the same.
public struct TransferBudget: Codable, Equatable, Sendable {
    /// Epochs of every training.
    public var epochs: Int
    /// Trainings from different random starts.
    public var seeds: Int
    /// The most samples of the training split that a predictor learns from.
    public var samples: Int
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
        epochs: Int = 10, seeds: Int = 3, samples: Int = 512, validationSamples: Int? = nil, leastSteps: Int = 8,
        learningRate: Double = 3
    ) {
        self.epochs = epochs
        self.seeds = seeds
        self.samples = samples
        self.validationSamples = validationSamples
        self.leastSteps = leastSteps
        self.learningRate = learningRate
    }

    /// Checks that every number is positive.
    ///
    /// - Throws: ``HeterogeneityError`` that names the number.
    func validate() throws {
        for (name, value) in [
            ("epochs", epochs), ("seeds", seeds), ("samples", samples),
            ("validation samples", validationSamples ?? samples), ("steps", leastSteps),
        ]
        where !(1...1_000_000).contains(value) {
            throw HeterogeneityError("the budget's \(name): \(value), expected 1 to 1000000")
        }
        guard learningRate > 0, learningRate <= 1000 else {
            throw HeterogeneityError("the budget's learning rate: \(learningRate), expected above 0, at most 1000")
        }
    }
}
