/// Counts values in equal bins of a range.
struct Histogram {
    private static let bins = 32
    /// The range in standard deviations around the mean. Values outside count in the outermost
    /// bins, so that a single outlier cannot hide the others.
    private static let reach = 4.0

    private let range: ClosedRange<Double>
    private var counts = [Int](repeating: 0, count: bins)

    init(minimum: Double, maximum: Double, mean: Double, deviation: Double) {
        let low = max(minimum, mean - Self.reach * deviation)
        range = low...max(low, min(maximum, mean + Self.reach * deviation))
    }

    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        let width = range.upperBound - range.lowerBound
        let part = width > 0 ? (value - range.lowerBound) / width : 0
        counts[Int((min(max(part, 0), 1) * Double(Self.bins - 1)).rounded())] += 1
    }

    /// Returns the counts as a sketch, or `nil` if nothing was counted.
    func sketch(of subject: String) -> Sketch? {
        guard counts.contains(where: { $0 > 0 }) else { return nil }
        return Sketch(
            form: .histogram, subject: subject, rows: 1, columns: counts.count, values: counts.map(Double.init),
            lowest: range.lowerBound, highest: range.upperBound)
    }
}
