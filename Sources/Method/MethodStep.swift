import Heterogeneity

/// A step of the method. The cases are in the order of execution.
public enum MethodStep: Equatable, Sendable {
    /// Opens the datasets.
    case data(datasets: Int, tasks: Int)
    /// Trains one model that shares all parameters that the suite allows it to share.
    case stage1
    /// Measures a kind of heterogeneity.
    case heterogeneity(HeterogeneityKind)
    /// Chooses the groups.
    case groups
    /// Fine-tunes the parameters of every group separately, starting from stage 1.
    case stage2
    /// Trains stage 2 again without the pairs whose interaction adds nothing.
    case pruned
    /// Measures the time of inference.
    case speed
}
