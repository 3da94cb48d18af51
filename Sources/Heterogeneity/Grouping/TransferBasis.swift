/// The part of the measured transfers that groups are based on.
public enum TransferBasis: String, CaseIterable, Codable, Sendable {
    /// The distances as measured, which is the method of the paper.
    case measured
    /// The distances of transfers shrunk towards source and target effects; see
    /// ``HeterogeneityMatrix/shrunken()``.
    case shrunken
    /// The pair-specific transfers alone; see ``HeterogeneityMatrix/specific()``.
    case specific
}

extension HeterogeneityMatrix {
    /// Returns the matrix that groups are based on.
    ///
    /// - Throws: ``MatrixError`` if the required transfers or standard errors are unknown, and for
    ///   `.specific` also if no pair-specific transfer exceeds the standard errors.
    public func basis(_ basis: TransferBasis) throws -> HeterogeneityMatrix {
        switch basis {
        case .measured: self
        case .shrunken: try shrunken()
        case .specific: try specific()
        }
    }
}
