import ArgumentParser
import Heterogeneity
import Method

/// The options for turning the matrices of a run into groups.
struct GroupingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Number of groups of streams. (default: the number with the best silhouette)", valueName: "n"))
    var encoderGroups: Int?

    @Option(
        help: ArgumentHelp("Number of groups of pairs. (default: the number with the best silhouette)", valueName: "n"))
    var crossmodalGroups: Int?

    @Option(help: "Linkage: single, complete, average or ward. (default: average)")
    var linkage: Linkage?

    @Option(help: ArgumentHelp(TransferBasis.help))
    var transfers: TransferBasis?

    /// The choice that the options describe.
    var choice: GroupChoice {
        GroupChoice(
            encoderGroups: encoderGroups, crossmodalGroups: crossmodalGroups, linkage: linkage, basis: transfers)
    }
}
