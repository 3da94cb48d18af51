import Foundation

/// Points with standard errors over a logarithmic axis, such as scores over numbers of parameters.
public struct ScatterDrawing {
    /// A point.
    public struct Point {
        /// The name.
        public var name: String
        /// The place on the horizontal axis, above 0.
        public var x: Double
        /// The place on the vertical axis.
        public var y: Double
        /// The standard error of `y`; `nil` if unknown.
        public var error: Double?
        /// True for a point that stands out.
        public var isMarked: Bool

        /// Creates a point.
        public init(_ name: String, x: Double, y: Double, error: Double?, isMarked: Bool) {
            self.name = name
            self.x = x
            self.y = y
            self.error = error
            self.isMarked = isMarked
        }
    }

    /// The points.
    public var points: [Point]
    /// The description of the horizontal axis.
    public var xLabel: String
    /// The description of the vertical axis.
    public var yLabel: String

    /// Creates a drawing.
    public init(_ points: [Point], xLabel: String, yLabel: String) {
        self.points = points.filter { $0.x > 0 && $0.y.isFinite }
        self.xLabel = xLabel
        self.yLabel = yLabel
    }

    private static let size = (width: 640.0, height: 320.0)
    private static let left = 56.0
    private static let top = 24.0

    /// The drawing; `nil` without points.
    public var drawing: Drawing? {
        guard let least = points.map(\.x).min(), let most = points.map(\.x).max() else { return nil }
        let vertical = DrawnScale(points.flatMap { [$0.y - ($0.error ?? 0), $0.y + ($0.error ?? 0)] })
        // A tenth of the span is free on both sides, for names.
        let (low, high) = (log(least), max(log(most), log(least) + 0.5))
        let margin = 0.1 * (high - low)
        func x(_ value: Double) -> Double {
            Self.left + Self.size.width * (log(value) - low + margin) / (high - low + 2 * margin)
        }
        func y(_ value: Double) -> Double { Self.top + Self.size.height * (1 - vertical.place(value)) }
        let bottom = Self.top + Self.size.height
        var parts = [Markup.text(Self.left, 12, yLabel)]
        for tick in vertical.ticks {
            parts.append(
                "<line class=\"grid\" stroke=\"#d5dae3\" "
                    + Markup.attributes([
                        "x1": Self.left, "x2": Self.left + Self.size.width, "y1": y(tick), "y2": y(tick),
                    ]) + "/>")
            parts.append(Markup.text(Self.left - 6, y(tick) + 4, vertical.text(tick), anchor: "end"))
        }
        for tick in Self.ticks(from: least, to: most) {
            parts.append(Markup.text(x(tick), bottom + 16, Self.short(tick), anchor: "middle"))
        }
        for (point, offset) in zip(points, labelOffsets(x, y)) {
            let tone = point.isMarked ? Tone.over : Tone.under
            let error = point.error.map { " ± \(Markup.number($0))" } ?? ""
            if let error = point.error {
                parts.append(
                    "<line \(tone.drawn) "
                        + Markup.attributes([
                            "x1": x(point.x), "x2": x(point.x), "y1": y(point.y - error), "y2": y(point.y + error),
                        ]) + "/>")
            }
            parts.append(
                "<circle \(Markup.attributes(["cx": x(point.x), "cy": y(point.y)])) r=\"4\" \(tone.filled())>"
                    + "<title>\(Markup.escaped("\(point.name): \(Markup.number(point.y))\(error)"))</title></circle>")
            parts.append(Markup.text(x(point.x) + 8, y(point.y) + 4 + offset, point.name))
        }
        parts.append(Markup.text(Self.left + Self.size.width / 2, bottom + 32, xLabel, anchor: "middle"))
        let ends = points.map { x($0.x) + 16 + Markup.width($0.name) }
        return Drawing(
            width: max(Self.left + Self.size.width + 20, ends.max() ?? 0), height: bottom + 40,
            content: parts.joined(separator: "\n"), label: "\(yLabel) over \(xLabel)")
    }

    /// Returns the vertical offsets of names, so that names of close points do not overlap.
    private func labelOffsets(_ x: (Double) -> Double, _ y: (Double) -> Double) -> [Double] {
        var taken: [(left: Double, right: Double, y: Double)] = []
        var offsets = [Double](repeating: 0, count: points.count)
        for index in points.indices.sorted(by: { points[$0].y > points[$1].y }) {
            let left = x(points[index].x) + 8
            let right = left + Markup.width(points[index].name)
            var place = y(points[index].y)
            // Below the lowest of the names that overlap, so that every step goes down. A little
            // less than a line counts as free, since places are rounded.
            func overlapping() -> Double? {
                taken.filter { $0.left < right && left < $0.right && abs($0.y - place) < 11.9 }.map(\.y).max()
            }
            while let other = overlapping() { place = other + 12 }
            taken.append((left, right, place))
            offsets[index] = place - y(points[index].y)
        }
        return offsets
    }

    /// Returns 1, 2 and 5 times powers of ten within a range, or its ends when there are none.
    private static func ticks(from low: Double, to high: Double) -> [Double] {
        let powers = Int(floor(log10(low)))...Int(ceil(log10(high)))
        let all = powers.flatMap { power -> [Double] in
            let unit: Double = pow(10, Double(power))
            return [unit, 2 * unit, 5 * unit]
        }
        let found = all.filter { $0 >= low * 0.95 && $0 <= high * 1.05 }
        if found.count > 1 { return found }
        return low < high ? [low, high] : [low]
    }

    /// Returns a number with a suffix for thousands or millions.
    private static func short(_ value: Double) -> String {
        if value >= 1e6 { return String(format: "%.3g M", value / 1e6) }
        return value >= 1e3 ? String(format: "%.3g k", value / 1e3) : String(format: "%.3g", value)
    }
}
