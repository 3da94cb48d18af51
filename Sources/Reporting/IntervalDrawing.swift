/// Means with standard errors, one per line, beside a reference value.
public struct IntervalDrawing {
    /// A mean.
    public struct Line {
        /// The name.
        public var name: String
        /// The mean; `nil` draws the name alone.
        public var mean: Double?
        /// The standard error of the mean; `nil` if unknown.
        public var error: Double?

        /// Creates a line.
        public init(_ name: String, mean: Double?, error: Double?) {
            self.name = name
            self.mean = mean
            self.error = error
        }
    }

    /// The lines, from top to bottom.
    public var lines: [Line]
    /// The value of the dashed line; `nil` draws none.
    public var reference: Double?
    /// The description of the numbers.
    public var label: String

    /// Creates a drawing.
    public init(_ lines: [Line], reference: Double? = nil, label: String) {
        self.lines = lines
        self.reference = reference
        self.label = label
    }

    private static let width = 400.0
    private static let step = 20.0

    /// The drawing; `nil` without a mean.
    public var drawing: Drawing? {
        let means = lines.compactMap { line in line.mean.map { (mean: $0, error: line.error ?? 0) } }
        guard !means.isEmpty else { return nil }
        let scale = DrawnScale(
            means.flatMap { [$0.mean - $0.error, $0.mean + $0.error] } + [reference].compactMap { $0 })
        let left = 14 + (lines.map { Markup.width($0.name) }.max() ?? 0)
        let bottom = 6 + Self.step * Double(lines.count)
        func x(_ value: Double) -> Double { left + Self.width * scale.place(value) }
        var parts = scale.ticks.flatMap { tick in
            [
                "<line class=\"grid\" stroke=\"#d5dae3\" "
                    + Markup.attributes(["x1": x(tick), "x2": x(tick), "y1": 4, "y2": bottom]) + "/>",
                Markup.text(x(tick), bottom + 15, scale.text(tick), anchor: "middle"),
            ]
        }
        if let reference {
            parts.append(
                "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"4 3\" "
                    + Markup.attributes(["x1": x(reference), "x2": x(reference), "y1": 4, "y2": bottom]) + "/>")
        }
        for (index, line) in lines.enumerated() {
            let y = 6 + Self.step * (Double(index) + 0.5)
            parts.append(Markup.text(left - 10, y + 4, line.name, anchor: "end"))
            guard let mean = line.mean else { continue }
            let error = line.error.map { " ± \(Markup.number($0))" } ?? ""
            let title = Markup.escaped("\(line.name): \(Markup.number(mean))\(error)")
            if let error = line.error {
                parts.append(
                    "<line \(Tone.under.drawn) "
                        + Markup.attributes(["x1": x(mean - error), "x2": x(mean + error), "y1": y, "y2": y]) + "/>")
            }
            parts.append(
                "<circle \(Markup.attributes(["cx": x(mean), "cy": y])) r=\"4\" \(Tone.under.filled())>"
                    + "<title>\(title)</title></circle>")
        }
        parts.append(Markup.text(left + Self.width / 2, bottom + 31, label, anchor: "middle"))
        return Drawing(
            width: max(left + Self.width + 24, left + Self.width / 2 + Markup.width(label) / 2), height: bottom + 38,
            content: parts.joined(separator: "\n"), label: label)
    }
}
