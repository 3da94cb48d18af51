extension TransferBudget: CustomStringConvertible {
    /// The budget as text.
    public var description: String {
        (patience.map { "at most \(epochs) epochs (patience \($0))" } ?? "\(epochs) epochs")
            + " of \(leastSteps) or more steps, \(samples) samples, "
            + (targetSamples.map { "\($0) for targets, " } ?? "")
            + (validationSamples.map { "\($0) for validation, " } ?? "") + "\(seeds) seeds, "
            + (referenceSeeds.map { "\($0) to compare with, " } ?? "")
            + "\(learningRate) times the suite's learning rate at first"
    }
}
