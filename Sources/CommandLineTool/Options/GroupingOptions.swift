import ArgumentParser
import Heterogeneity
import Method

/// How the matrices of a run become its groups.
struct GroupingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Groups of streams. (default: the number with the best silhouette)", valueName: "n"))
    var encoderGroups: Int?

    @Option(help: ArgumentHelp("Groups of pairs. (default: the number with the best silhouette)", valueName: "n"))
    var crossmodalGroups: Int?

    @Option(help: "Distance of two groups: single, complete, average or ward. (default: average)")
    var linkage: Linkage?

    @Option(help: ArgumentHelp(TransferBasis.help))
    var transfers: TransferBasis?

    /// What was asked for.
    var choice: GroupChoice {
        GroupChoice(
            encoderGroups: encoderGroups, crossmodalGroups: crossmodalGroups, linkage: linkage, basis: transfers)
    }
}
