extension Collection where Element == Double {
    /// The arithmetic mean, or 0 for an empty collection.
    @inlinable
    public var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

    /// The median, or `nil` for an empty collection.
    ///
    /// For an even count it is the mean of the two middle values.
    public var median: Double? {
        let sorted = sorted()
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The square root of the mean square, or 0 for an empty collection.
    public var rootMeanSquare: Double {
        isEmpty ? 0 : (reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    }
}
