/// A summary of the variation of transfers over sources, targets and pairs; see
/// ``TransferDecomposition``.
public struct TransferSummary: Sendable, Equatable, Codable {
    /// The pair-specific transfer between two entries in both directions.
    public struct Pair: Sendable, Equatable, Codable {
        /// One entry.
        public let first: String
        /// The other entry.
        public let second: String
        /// The sum pᵢⱼ + pⱼᵢ in the matrix's units. Negative if the entries help each other.
        public let value: Double
        /// The standard error of ``value``.
        public let standardError: Double
    }

    /// The mean transfer.
    public let mean: Double
    /// The standard deviation of the source effects.
    public let sources: Double
    /// The standard deviation of the target effects.
    public let targets: Double
    /// The standard deviation of the pair-specific terms, corrected for the standard errors.
    public let specific: Double
    /// The pairs with the most negative pair-specific transfer, at most five.
    public let helped: [Pair]
    /// The pairs with the most positive pair-specific transfer, at most five.
    public let harmed: [Pair]

    /// Summarises the transfers of a matrix.
    ///
    /// - Throws: ``MatrixError`` for an unknown transfer or standard error, and for fewer than
    ///   three entries.
    public init(of matrix: HeterogeneityMatrix) throws {
        let parts = try TransferDecomposition(of: matrix)
        func deviation(_ effects: [Double]) -> Double {
            (effects.reduce(0) { $0 + $1 * $1 } / Double(effects.count)).squareRoot()
        }
        mean = parts.effects.mean
        (sources, targets) = (deviation(parts.effects.sources), deviation(parts.effects.targets))
        specific = parts.specificDeviation
        let pairs = EntryPair.all(of: matrix.count).map { pair in
            let (i, j) = (pair.first, pair.second)
            let (there, back) = (parts.specificErrors[i, j], parts.specificErrors[j, i])
            return Pair(
                first: matrix.names[i], second: matrix.names[j], value: parts.specific[i, j] + parts.specific[j, i],
                standardError: (there * there + back * back).squareRoot())
        }.sorted { $0.value < $1.value }
        helped = pairs.prefix(5).filter { $0.value < 0 }
        harmed = pairs.suffix(5).reversed().filter { $0.value > 0 }
    }
}
