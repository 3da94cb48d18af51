/// A metric for evaluating a task.
public enum Metric: String, NamedChoice {
    /// The fraction of rows whose most probable class is correct; for multilabel targets, the
    /// fraction of correct labels.
    case accuracy
    /// The harmonic mean of precision and recall, averaged over classes.
    case f1
    /// The area under the receiver operating characteristic curve.
    case auroc
    /// The area under the precision–recall curve.
    case auprc
    /// The root mean squared error, in the units of the target.
    case rmse
    /// The coefficient of determination: the fraction of explained variance.
    case r2

    /// True when a higher value is better.
    public var higherIsBetter: Bool { self != .rmse }

    /// Returns the default metrics of a target. The first selects the best parameters.
    public static func defaults(for target: TargetDescription) -> [Metric] {
        switch target.kind {
        case .classification: target.outputs == 2 ? [.accuracy, .f1, .auroc, .auprc] : [.accuracy, .f1]
        case .multilabel: [.f1, .auroc]
        case .regression: [.r2, .rmse]
        }
    }

    /// Returns the metrics that are defined for a target.
    static func allowed(for target: TargetDescription) -> [Metric] {
        switch target.kind {
        case .classification: target.outputs == 2 ? [.accuracy, .f1, .auroc, .auprc] : [.accuracy, .f1, .auroc]
        case .multilabel: [.accuracy, .f1, .auroc, .auprc]
        case .regression: [.r2, .rmse]
        }
    }
}
