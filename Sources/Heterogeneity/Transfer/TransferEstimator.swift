/// How a transfer is measured.
public enum TransferEstimator: String, CaseIterable, Codable, Sendable {
    /// By fine-tuning: T as the paper defines it.
    case exact
    /// By a ridge regression on what the trained predictor of one entry makes of another's samples, against the same
    /// regression on what the other's own predictor makes of them. One forward pass instead of a training.
    case probe
}
