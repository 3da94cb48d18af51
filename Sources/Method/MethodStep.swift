import Heterogeneity

/// A step of the method, in the order in which they are done.
public enum MethodStep: Equatable, Sendable {
    /// The data are opened.
    case data(datasets: Int, tasks: Int)
    /// One model is trained that shares everything the suite lets it share.
    case stage1
    /// Heterogeneities are measured.
    case heterogeneity(HeterogeneityKind)
    /// Groups are chosen.
    case groups
    /// Every group goes on from stage 1 with parameters of its own.
    case stage2
    /// Stage 2 once more, without the pairs whose interaction adds nothing.
    case pruned
    /// Inference is timed.
    case speed
}
