import ArgumentParser
import Heterogeneity

/// What every training of a measurement may spend.
struct BudgetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Epochs of every training.", valueName: "n"))
    var epochs = TransferBudget().epochs

    @Option(help: ArgumentHelp("Trainings of everything, from different random starts.", valueName: "n"))
    var seeds = TransferBudget().seeds

    @Option(
        help: ArgumentHelp(
            "Random starts that all transfers to an entry are compared with; cheap. (default: as --seeds)",
            valueName: "n"))
    var referenceSeeds: Int?

    @Option(help: ArgumentHelp("The most samples that a training learns from.", valueName: "n"))
    var samples = TransferBudget().samples

    @Option(
        help: ArgumentHelp(
            "The most samples that targets learn from, so that what a source brings along counts. (default: as --samples)",
            valueName: "n"))
    var targetSamples: Int?

    @Option(
        help: ArgumentHelp("The most samples that losses are taken on. (default: as --samples)", valueName: "n"))
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
