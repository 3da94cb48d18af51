import Numerics

/// A matrix completed by ``AdditiveTransfers`` from the transfers of some of its pairs.
///
/// ``LowRankImputation`` is the alternative that uses distances alone. ``Imputation`` chooses.
public struct AdditiveImputation: Sendable, Equatable {
    /// The completed matrix, with measured values unchanged and the others predicted.
    public let matrix: HeterogeneityMatrix
    /// The error of the predicted distances of held-out pairs.
    public let heldOut: HeldOutError

    /// Completes a matrix; `nil` if fewer than two pairs have known transfers.
    ///
    /// - Parameters:
    ///   - sampled: The measured pairs. Every entry must be in one of them.
    ///   - seed: Seed of the division into folds. The same seed gives the same matrix.
    /// - Throws: ``MatrixError`` if an entry is in no measured pair.
    public init?(completing sampled: SampledHeterogeneity, seed: UInt64) throws {
        guard let transfers = sampled.transfers, let model = AdditiveTransfers(of: transfers, seed: seed) else {
            return nil
        }
        try sampled.checkCoverage()
        matrix = try HeterogeneityMatrix(completing: sampled) { pair in
            let value = max(0, model.effects[pair.first, pair.second]) + max(0, model.effects[pair.second, pair.first])
            return (value, model.heldOut.rootMeanSquare)
        }
        heldOut = model.heldOut
    }
}
