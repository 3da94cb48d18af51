/// What a finished measurement says.
public struct TransferMatrices: Sendable {
    /// Distances in nats.
    public let nats: HeterogeneityMatrix
    /// Distances in losses of predicting the label frequencies (or the mean), which compare between tasks.
    public let normalised: HeterogeneityMatrix
    /// The same measurement as predictive information; nothing for probes.
    public let information: PredictiveInformation?
    /// How wrong the filled-in values of `normalised` are; nothing when every pair was measured.
    public let heldOut: HeldOutError?

    /// - Parameter isComplete: whether every pair was measured.
    init(_ losses: TransferLosses, isComplete: Bool, estimator: TransferEstimator) throws {
        let normalised = try TransferMatrices.matrix(losses.distances(.normalised), isComplete: isComplete)
        nats = try TransferMatrices.matrix(losses.distances(.nats), isComplete: isComplete).matrix
        information = estimator == .exact ? try losses.information() : nil
        (self.normalised, heldOut) = normalised
    }

    private static func matrix(
        _ measured: TransferLosses.Distances, isComplete: Bool
    ) throws -> (matrix: HeterogeneityMatrix, heldOut: HeldOutError?) {
        let sampled = measured.sampled
        guard isComplete, let transfers = sampled.transfers else {
            let byRank = try LowRankImputation(completing: sampled, seed: 0)
            guard let additive = try AdditiveImputation(completing: sampled, seed: 0),
                additive.heldOut.rootMeanSquareOfRoots < byRank.heldOut.rootMeanSquareOfRoots
            else { return (byRank.matrix, byRank.heldOut) }
            return (additive.matrix, additive.heldOut)
        }
        let matrix = try HeterogeneityMatrix(
            names: sampled.names, transfers: transfers, transferStandardErrors: sampled.transferStandardErrors,
            units: sampled.units)
        return (try matrix.with(transferOwnErrors: measured.ownErrors), nil)
    }
}
