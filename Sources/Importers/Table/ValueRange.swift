/// The smallest and the largest value of the training rows.
struct ValueRange {
    private var ends: (least: Double, greatest: Double)?

    /// Creates a range from its bounds; `nil` has none.
    init(_ bounds: [Double]? = nil) {
        if let bounds, bounds.count == 2 { ends = (bounds[0], bounds[1]) }
    }

    /// The smallest and the largest value; `nil` without values.
    var bounds: [Double]? { ends.map { [$0.least, $0.greatest] } }

    /// Extends the range to a value.
    mutating func add(_ value: Double) {
        ends = ends.map { (min($0.least, value), max($0.greatest, value)) } ?? (value, value)
    }

    /// Returns true for a value outside by more than half of the range's width.
    func isFar(_ value: Double) -> Bool {
        guard let ends else { return false }
        let margin = (ends.greatest - ends.least) / 2
        return value < ends.least - margin || value > ends.greatest + margin
    }
}
