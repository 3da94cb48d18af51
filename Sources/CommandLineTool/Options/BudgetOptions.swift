import ArgumentParser
import Heterogeneity
import Multimodal

/// The options for the budget of every training of a measurement.
struct BudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Maximum epochs per training, which stops early. (default: 40; 10 with training.recipe: published, which "
                + "does not stop early)", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Repeat every training with this many seeds.", valueName: "n"))
    var seeds = TransferBudget().seeds

    @Option(
        help: ArgumentHelp(
            "Random-initialisation baselines per entry. Extra ones are cheap. (default: as --seeds)",
            valueName: "n"))
    var referenceSeeds: Int?

    @Option(help: ArgumentHelp("Maximum training samples per entry.", valueName: "n"))
    var samples = TransferBudget().samples

    @Option(
        help: ArgumentHelp(
            "Maximum samples for fine-tuning and its baseline. Fewer make transfer from the source more visible. "
                + "(default: as --samples)",
            valueName: "n"))
    var targetSamples: Int?

    @Option(
        help: ArgumentHelp("Maximum validation samples per loss. (default: as --samples)", valueName: "n"))
    var validationSamples: Int?

    func validate() throws {
        try CountOptions.check([
            "--epochs": epochs, "--seeds": seeds, "--reference-seeds": referenceSeeds, "--samples": samples,
            "--target-samples": targetSamples,
            "--validation-samples": validationSamples,
        ])
    }

    /// Returns the budget for a suite, whose recipe determines the defaults.
    func budget(for suite: Suite) -> TransferBudget {
        var budget = TransferBudget(for: suite.training.recipe)
        budget.epochs = epochs ?? budget.epochs
        budget.seeds = seeds
        budget.referenceSeeds = referenceSeeds
        budget.samples = samples
        budget.targetSamples = targetSamples
        budget.validationSamples = validationSamples
        return budget
    }
}
