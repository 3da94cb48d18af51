/// A matrix completed by the model that predicts held-out pairs best.
public enum Imputation: Sendable, Equatable {
    /// The completion by a low-rank model of distances.
    case lowRank(LowRankImputation)
    /// The completion by source and target effects of transfers.
    case additive(AdditiveImputation)

    /// Completes a matrix with the model that has the smaller held-out error of square roots.
    ///
    /// - Parameters:
    ///   - sampled: The measured pairs. Every entry must be in one of them.
    ///   - seed: Seed of the folds and starting points. The same seed gives the same matrix.
    /// - Throws: ``MatrixError`` if an entry is in no measured pair.
    public init(completing sampled: SampledHeterogeneity, seed: UInt64) throws {
        let byRank = try LowRankImputation(completing: sampled, seed: seed)
        guard let additive = try AdditiveImputation(completing: sampled, seed: seed),
            additive.heldOut.rootMeanSquareOfRoots < byRank.heldOut.rootMeanSquareOfRoots
        else {
            self = .lowRank(byRank)
            return
        }
        self = .additive(additive)
    }

    /// The completed matrix, with measured values unchanged and the others predicted.
    public var matrix: HeterogeneityMatrix {
        switch self {
        case .lowRank(let imputation): imputation.matrix
        case .additive(let imputation): imputation.matrix
        }
    }

    /// The error of the predicted distances of held-out pairs.
    public var heldOut: HeldOutError {
        switch self {
        case .lowRank(let imputation): imputation.heldOut
        case .additive(let imputation): imputation.heldOut
        }
    }
}
