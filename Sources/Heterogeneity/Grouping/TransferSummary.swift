/// Where the transfers of a matrix differ: by source, by target, or by what is specific to pairs; see ``TransferDecomposition``.
public struct TransferSummary: Sendable, Equatable, Codable {
    /// What two entries do to each other beyond what each does, and suffers, anyway.
    public struct Pair: Sendable, Equatable, Codable {
        /// One entry.
        public let first: String
        /// The other.
        public let second: String
        /// pᵢⱼ + pⱼᵢ: below zero they help each other.
        public let value: Double
        /// Its standard error.
        public let standardError: Double
    }

    /// Mean transfer.
    public let mean: Double
    /// Standard deviation of the effects of sources.
    public let sources: Double
    /// Standard deviation of the effects of targets.
    public let targets: Double
    /// Standard deviation of what is specific to pairs, errors taken off.
    public let specific: Double
    /// The pairs that help each other most, up to five.
    public let helped: [Pair]
    /// The pairs that harm each other most, up to five.
    public let harmed: [Pair]

    /// Sums a matrix up.
    ///
    /// - Throws: ``MatrixError`` where a transfer or its error is not known, or there are fewer than three entries.
    public init(of matrix: HeterogeneityMatrix) throws {
        let parts = try TransferDecomposition(of: matrix)
        func deviation(_ effects: [Double]) -> Double {
            (effects.reduce(0) { $0 + $1 * $1 } / Double(effects.count)).squareRoot()
        }
        mean = parts.mean
        (sources, targets) = (deviation(parts.sources), deviation(parts.targets))
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
