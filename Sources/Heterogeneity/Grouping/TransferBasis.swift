/// What of measured transfers groups are made from.
public enum TransferBasis: String, CaseIterable, Codable, Sendable {
    /// Distances as they were measured: the method of the paper.
    case measured
    /// Distances of transfers that were pulled towards what sources and targets have in common; see
    /// ``HeterogeneityMatrix/shrunken()``.
    case shrunken
    /// What is specific to pairs; see ``HeterogeneityMatrix/specific()``.
    case specific
}

extension HeterogeneityMatrix {
    /// The matrix that groups are made from.
    ///
    /// - Throws: ``MatrixError`` where transfers that are needed are not known, or nothing is specific to pairs.
    public func basis(_ basis: TransferBasis) throws -> HeterogeneityMatrix {
        switch basis {
        case .measured: self
        case .shrunken: try shrunken()
        case .specific: try specific()
        }
    }
}
