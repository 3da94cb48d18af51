/// The smallest and the largest value of the training rows.
struct ValueRange {
    private(set) var bounds: [Double]?

    /// Creates a range from its bounds; `nil` has none.
    init(_ bounds: [Double]? = nil) { self.bounds = bounds }

    /// Extends the range to a value.
    mutating func add(_ value: Double) {
        guard let bounds, bounds.count == 2 else {
            self.bounds = [value, value]
            return
        }
        self.bounds = [min(bounds[0], value), max(bounds[1], value)]
    }

    /// Returns true for a value outside by more than half of the range's width.
    func isFar(_ value: Double) -> Bool {
        guard let bounds, bounds.count == 2 else { return false }
        let margin = (bounds[1] - bounds[0]) / 2
        return value < bounds[0] - margin || value > bounds[1] + margin
    }
}
