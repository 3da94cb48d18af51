import ArgumentParser
import Heterogeneity
import Studies
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

    /// Returns the groups by the matrices of a run.
    ///
    /// - Throws: `RunError` when it has none; `MatrixError` when one is invalid.
    func grouping(by measured: HeterogeneityFolder) throws -> HeterogeneityGrouping {
        let modalities = try measured.matrix(.modalities)?.basis(transfers)
        let interactions = try measured.matrix(.interactions)?.basis(transfers)
        guard modalities != nil || interactions != nil else {
            throw RunError(
                "\(measured.path): contains no matrices; to measure them: highmmt heterogeneity SUITE --run DIR")
        }
        return HeterogeneityGrouping(
            MeasuredMatrices(modalities: modalities, interactions: interactions), encoderGroups: encoderGroups,
            crossmodalGroups: crossmodalGroups, linkage: linkage)
    }
}
