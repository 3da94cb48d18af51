import ArgumentParser
import Heterogeneity

/// What every training of a measurement may spend.
struct BudgetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Epochs of every training.", valueName: "n"))
    var epochs = TransferBudget().epochs

    @Option(help: ArgumentHelp("Trainings of everything, from different random starts.", valueName: "n"))
    var seeds = TransferBudget().seeds

    @Option(help: ArgumentHelp("The most samples of a split that a training sees.", valueName: "n"))
    var samples = TransferBudget().samples

    func validate() throws {
        try CountOptions.check(["--epochs": epochs, "--seeds": seeds, "--samples": samples])
    }

    var budget: TransferBudget { TransferBudget(epochs: epochs, seeds: seeds, samples: samples) }
}
