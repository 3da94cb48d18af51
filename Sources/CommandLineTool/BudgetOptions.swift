import ArgumentParser
import Heterogeneity

/// What every training of a measurement may spend.
struct BudgetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Epochs of every training.", valueName: "n"))
    var epochs = TransferBudget().epochs

    @Option(help: ArgumentHelp("Trainings of everything, from different random starts.", valueName: "n"))
    var seeds = TransferBudget().seeds

    @Option(help: ArgumentHelp("The most samples that a training learns from.", valueName: "n"))
    var samples = TransferBudget().samples

    @Option(
        help: ArgumentHelp("The most samples that losses are taken on. (default: as --samples)", valueName: "n"))
    var validationSamples: Int?

    func validate() throws {
        try CountOptions.check([
            "--epochs": epochs, "--seeds": seeds, "--samples": samples, "--validation-samples": validationSamples,
        ])
    }

    var budget: TransferBudget {
        TransferBudget(epochs: epochs, seeds: seeds, samples: samples, validationSamples: validationSamples)
    }
}
