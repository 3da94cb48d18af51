import ArgumentParser
import Heterogeneity

extension TransferBasis: ExpressibleByArgument {
    /// What `--transfers` chooses.
    static let help =
        "What groups are made from: distances as measured, those of shrunken transfers (uncertain ones are pulled towards what "
        + "their sources and targets have in common), or what is specific to pairs."
}
