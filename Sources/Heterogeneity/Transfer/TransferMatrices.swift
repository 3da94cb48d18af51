/// The matrices of a finished measurement.
public struct TransferMatrices: Sendable {
    /// The distances in nats.
    public let nats: HeterogeneityMatrix
    /// The distances relative to the chance loss, the loss of predicting the label frequencies (or
    /// the mean). They are comparable between tasks.
    public let normalised: HeterogeneityMatrix
    /// The predictive information of the same trainings; `nil` for probes.
    public let information: PredictiveInformation?
    /// The held-out error of the imputed values of `normalised`; `nil` when every pair was
    /// measured.
    public let heldOut: HeldOutError?

    /// Computes the matrices.
    ///
    /// - Parameters:
    ///   - losses: The losses of all trainings.
    ///   - isComplete: True when every pair was measured.
    ///   - estimator: The estimator of transfers.
    /// - Throws: ``MatrixError`` when a value is too large for a matrix, or too few pairs were
    ///   measured to impute the others.
    init(_ losses: TransferLosses, isComplete: Bool, estimator: TransferEstimator) throws {
        let normalised = try Self.matrix(losses.distances(.normalised), isComplete: isComplete)
        let explained = try losses.explained()
        nats = try Self.matrix(losses.distances(.nats), isComplete: isComplete).matrix.with(explained: explained)
        information = estimator == .exact ? try losses.information() : nil
        self.normalised = try normalised.matrix.with(explained: explained)
        heldOut = normalised.heldOut
    }

    private static func matrix(
        _ measured: TransferLosses.Distances, isComplete: Bool
    ) throws -> (matrix: HeterogeneityMatrix, heldOut: HeldOutError?) {
        let sampled = measured.sampled
        guard isComplete, let transfers = sampled.transfers else {
            let imputation = try Imputation(completing: sampled, seed: 0)
            return (imputation.matrix, imputation.heldOut)
        }
        let matrix = try HeterogeneityMatrix(
            names: sampled.names, transfers: transfers, transferStandardErrors: sampled.transferStandardErrors,
            units: sampled.units)
        return (try matrix.with(transferOwnErrors: measured.ownErrors), nil)
    }
}
