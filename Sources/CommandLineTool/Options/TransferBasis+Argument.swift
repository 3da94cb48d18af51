import ArgumentParser
import Heterogeneity

extension TransferBasis: ExpressibleByArgument {
    /// The help of `--transfers`.
    static let help =
        "Basis of the groups: the measured distances, those from shrunken transfers (uncertain transfers are pulled towards "
        + "the effects of their source and target), or those from the pair-specific part of transfers."
}
