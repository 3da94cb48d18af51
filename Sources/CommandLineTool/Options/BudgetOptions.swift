import ArgumentParser
import Heterogeneity

/// The options for the budget of every training of a measurement.
struct BudgetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Epochs per training.", valueName: "n"))
    var epochs = TransferBudget().epochs

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

    var budget: TransferBudget {
        TransferBudget(
            epochs: epochs, seeds: seeds, referenceSeeds: referenceSeeds, samples: samples,
            targetSamples: targetSamples,
            validationSamples: validationSamples)
    }
}
