import Foundation

/// The times of one contestant on one case, in milliseconds per repetition.
struct Samples {
    var values: [Double] = []

    var median: Double { quantile(0.5) }

    /// The range from the first to the third quartile.
    var spread: String { String(format: "%.1f–%.1f", quantile(0.25), quantile(0.75)) }

    func quantile(_ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let place = share * Double(sorted.count - 1)
        let (low, high) = (Int(place.rounded(.down)), Int(place.rounded(.up)))
        return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }

    /// The ratios of neighbouring repetitions.
    static func ratios(_ a: Samples, _ b: Samples) -> Samples {
        Samples(values: zip(a.values, b.values).map { $0 / $1 })
    }

    /// The median and the quartiles, as ratios.
    var ratioText: String {
        String(format: "%.1f× (%.1f–%.1f)", median, quantile(0.25), quantile(0.75))
    }
}
