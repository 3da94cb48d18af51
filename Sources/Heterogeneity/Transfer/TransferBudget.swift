/// What every training of a measurement may spend; a random start and a start from another entry get the same.
public struct TransferBudget: Codable, Equatable, Sendable {
    /// Epochs of every training.
    public var epochs: Int
    /// Trainings from different random starts.
    public var seeds: Int
    /// The most samples of the training split, and of the validation split, that a predictor sees.
    public var samples: Int
    /// The fewest steps that make an epoch; entries with fewer batches repeat them.
    public var leastSteps: Int

    /// A budget. By default 8 epochs of at most 512 samples and at least 8 steps, and 3 seeds.
    public init(epochs: Int = 8, seeds: Int = 3, samples: Int = 512, leastSteps: Int = 8) {
        self.epochs = epochs
        self.seeds = seeds
        self.samples = samples
        self.leastSteps = leastSteps
    }

    /// Checks that every number is positive.
    ///
    /// - Throws: ``HeterogeneityError`` that names the number.
    func validate() throws {
        for (name, value) in [("epochs", epochs), ("seeds", seeds), ("samples", samples), ("steps", leastSteps)]
        where !(1...1_000_000).contains(value) {
            throw HeterogeneityError("the budget's \(name): \(value), expected 1 to 1000000")
        }
    }
}
