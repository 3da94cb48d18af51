extension Collection where Element == Double {
    /// The arithmetic mean; 0 where there are no numbers.
    @inlinable
    public var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

    /// The middle of the sorted numbers, the mean of the two middle ones for an even count; `nil` where there are no numbers.
    public var median: Double? {
        let sorted = sorted()
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The square root of the mean of the squares; 0 where there are no numbers.
    public var rootMeanSquare: Double {
        isEmpty ? 0 : (reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    }
}
