/// The estimators of a transfer.
public enum TransferEstimator: String, CaseIterable, Codable, Sendable {
    /// Fine-tuning, as the paper defines the transfer T.
    case exact
    /// A ridge regression on the features that the predictor of one entry computes from the samples
    /// of another. It is compared with the same regression on the features of the other entry's own
    /// predictor. It needs one forward pass instead of a training.
    case probe
}
