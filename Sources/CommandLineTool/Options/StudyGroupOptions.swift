import ArgumentParser
import Heterogeneity
import Training

/// The options of studies that divide models into groups by measured heterogeneity.
struct StudyGroupOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Number of groups of streams.", valueName: "n"))
    var encoderGroups = 3

    @Option(help: ArgumentHelp("Number of groups of pairs.", valueName: "n"))
    var crossmodalGroups = 3

    @Option(help: "Linkage: single, complete, average or ward.")
    var linkage: Linkage = .average

    @Option(help: ArgumentHelp(TransferBasis.help))
    var transfers: TransferBasis = .measured

    /// Checks the numbers of groups.
    ///
    /// - Throws: `ValidationError` that names the option.
    func validate() throws {
        try CountOptions.check(["--encoder-groups": encoderGroups, "--crossmodal-groups": crossmodalGroups])
    }

    /// Returns the matrices of a run on which groups are based; `nil` for a kind that was not
    /// measured.
    ///
    /// - Throws: `RunError` when none was; `MatrixError` when one is invalid.
    func matrices(
        of measured: HeterogeneityFolder
    ) throws -> (modalities: HeterogeneityMatrix?, interactions: HeterogeneityMatrix?) {
        let modalities = try measured.matrix(.modalities)?.basis(transfers)
        let interactions = try measured.matrix(.interactions)?.basis(transfers)
        guard modalities != nil || interactions != nil else {
            throw RunError(
                "\(measured.path): contains no matrices; to measure them: highmmt heterogeneity SUITE --run DIR")
        }
        return (modalities, interactions)
    }
}
