/// A score or an error by which a task is judged.
public enum Metric: String, NamedChoice {
    /// Share of rows whose most probable class is right; for several labels, share of labels that are right.
    case accuracy
    /// Harmonic mean of precision and recall, averaged over classes.
    case f1
    /// Area under the receiver operating characteristic.
    case auroc
    /// Area under the curve of precision over recall.
    case auprc
    /// Root of the mean squared error.
    case rmse
    /// Share of the variance that is explained.
    case r2

    /// Whether more is better.
    public var higherIsBetter: Bool { self != .rmse }

    /// What a target is judged by when its task does not say; the first decides which parameters are best.
    public static func defaults(for target: TargetDescription) -> [Metric] {
        switch target.kind {
        case .classification: target.outputs == 2 ? [.accuracy, .f1, .auroc, .auprc] : [.accuracy, .f1]
        case .multilabel: [.f1, .auroc]
        case .regression: [.r2, .rmse]
        }
    }

    /// The metrics that make sense for a kind of target.
    static func allowed(for target: TargetDescription) -> [Metric] {
        switch target.kind {
        case .classification: target.outputs == 2 ? [.accuracy, .f1, .auroc, .auprc] : [.accuracy, .f1, .auroc]
        case .multilabel: [.accuracy, .f1, .auroc, .auprc]
        case .regression: [.r2, .rmse]
        }
    }
}
