/// The source and target effects of transfers: T(i→j) ≈ μ + sᵢ + tⱼ.
///
/// ``AdditiveTransfers`` fits them to predict transfers, ``TransferDecomposition`` to explain them.
public struct AdditiveEffects: Sendable, Equatable {
    /// The mean μ.
    public internal(set) var mean: Double
    /// The source effects sᵢ in entry order.
    public internal(set) var sources: [Double]
    /// The target effects tⱼ in entry order.
    public internal(set) var targets: [Double]

    /// Creates effects of zero.
    init(count: Int) {
        mean = 0
        sources = Array(repeating: 0, count: count)
        targets = sources
    }

    /// Moves the means of source and target effects into μ. No transfer changes.
    mutating func centre() {
        let count = Double(sources.count)
        let (source, target) = (sources.reduce(0, +) / count, targets.reduce(0, +) / count)
        mean += source + target
        sources = sources.map { $0 - source }
        targets = targets.map { $0 - target }
    }

    /// The additive part μ + sᵢ + tⱼ of the transfer T(i→j).
    public subscript(from: Int, to: Int) -> Double { mean + sources[from] + targets[to] }
}
