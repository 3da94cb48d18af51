import Foundation

/// A linear scale with round ticks that covers some values.
struct DrawnScale {
    /// The ticks, ascending. The first and the last one are the ends of the scale.
    let ticks: [Double]
    /// The number of decimals that tell ticks apart.
    let decimals: Int

    /// Covers values; without any, the scale is 0 to 1.
    init(_ values: [Double]) {
        let known = values.filter(\.isFinite)
        let (low, high) = (known.min() ?? 0, known.max() ?? 1)
        let span = high > low ? high - low : max(abs(high), 1)
        let power = pow(10, floor(log10(span / 5)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 5 } ?? 10 * power
        let (first, last) = (Int((low / step).rounded(.down)), Int((high / step).rounded(.up)))
        ticks = (first...max(last, first + 1)).map { Double($0) * step }
        decimals = max(0, Int(-floor(log10(step) + 1e-9)))
    }

    /// Returns the place of a value, 0 at the first tick and 1 at the last.
    func place(_ value: Double) -> Double {
        let (low, high) = (ticks[0], ticks[ticks.count - 1])
        return min(1, max(0, (value - low) / (high - low)))
    }

    /// Returns the text of a tick.
    func text(_ tick: Double) -> String { Markup.number(tick, decimals: decimals) }
}
