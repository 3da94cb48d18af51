import Numerics

/// A matrix completed from some of its pairs by ``AdditiveTransfers``, as ``LowRankImputation`` does by distances alone.
public struct AdditiveImputation: Sendable, Equatable {
    /// The whole matrix: measured values as they were, the others as the model has them.
    public let matrix: HeterogeneityMatrix
    /// What the model got wrong on held-out pairs.
    public let heldOut: HeldOutError

    /// Completes a matrix.
    ///
    /// - Returns: nothing where transfers are not known.
    /// - Throws: ``MatrixError`` if an entry is in no measured pair.
    public init?(completing sampled: SampledHeterogeneity, seed: UInt64) throws {
        guard let transfers = sampled.transfers, let model = AdditiveTransfers(of: transfers, seed: seed) else {
            return nil
        }
        try sampled.checkCoverage()
        matrix = try HeterogeneityMatrix(completing: sampled) { pair in
            let value = max(0, model[pair.first, pair.second]) + max(0, model[pair.second, pair.first])
            return (value, model.heldOut.rootMeanSquare)
        }
        heldOut = model.heldOut
    }
}
