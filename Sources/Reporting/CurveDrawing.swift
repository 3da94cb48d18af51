import Foundation

/// A task's scores by the severity of each kind of corruption.
struct CurveDrawing {
    let task: String
    let metric: String
    let chance: Double?
    let severities: [Double]
    /// Kind of corruption → the score at each severity.
    let lines: [(kind: String, values: [Double?])]

    private let left = 44.0
    private let top = 34.0
    private let width = 210.0
    private let height = 110.0

    /// The left edge of the second column of the legend.
    private var second: Double { max(132, 38 + widestKind) }
    private var widestKind: Double { lines.map { Markup.width($0.kind) }.max() ?? 0 }

    /// The lines differ in colour and in dashes.
    private static let strokes: [(tone: Tone, dashes: String)] = [
        (.under, ""), (.over, ""), (.under, " stroke-dasharray=\"5 3\""), (.over, " stroke-dasharray=\"5 3\""),
    ]

    /// The drawing; `nil` without a score.
    var drawing: Drawing? {
        let values = (lines.flatMap(\.values) + [chance]).compactMap { $0 }.filter(\.isFinite)
        guard let smallest = values.min(), let largest = values.max(), let end = severities.max(), end > 0 else {
            return nil
        }
        let (low, high) = (min(0, smallest), max(1, largest))
        func x(_ severity: Double) -> Double { left + width * severity / end }
        func y(_ value: Double) -> Double { top + height * (high - value) / (high - low) }
        var parts = [Markup.text(left, 12, task), Markup.text(left, 27, metric)] + axes(x, y, low, high)
        if let chance {
            parts.append(
                "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"1 3\" "
                    + Markup.attributes(["x1": left, "x2": left + width, "y1": y(chance), "y2": y(chance)])
                    + "><title>chance: \(Markup.number(chance))</title></line>")
        }
        for (index, line) in lines.enumerated() where !line.values.isEmpty {
            let stroke = Self.strokes[index % Self.strokes.count]
            let points = zip(severities, line.values).compactMap { severity, value -> String? in
                guard let value, value.isFinite else { return nil }
                return "\(Markup.place(x(severity))),\(Markup.place(y(value)))"
            }
            let shown = line.values.map { Markup.number($0) }.joined(separator: ", ")
            parts.append(
                "<polyline \(stroke.tone.drawn)\(stroke.dashes) points=\"\(points.joined(separator: " "))\"><title>"
                    + "\(Markup.escaped("\(line.kind): \(shown)"))</title></polyline>")
        }
        parts += legend
        return Drawing(
            width: max(left + width + 14, left + Markup.width(task) + 8, second + 30 + widestKind),
            height: top + height + 38 + 15 * Double((lines.count + 2) / 2), content: parts.joined(separator: "\n"),
            label: "\(metric) of \(task) by severity of corruption")
    }

    private func axes(
        _ x: (Double) -> Double, _ y: (Double) -> Double, _ low: Double, _ high: Double
    ) -> [String] {
        var parts = [Markup.text(left + width / 2, top + height + 28, "severity", anchor: "middle")]
        for share in [0, 0.5, 1] {
            let value = low + share * (high - low)
            parts.append(
                "<line class=\"grid\" stroke=\"#d5dae3\" "
                    + Markup.attributes(["x1": left, "x2": left + width, "y1": y(value), "y2": y(value)]) + "/>")
            parts.append(Markup.text(left - 4, y(value) + 4, Markup.number(value, decimals: 2), anchor: "end"))
        }
        for severity in severities {
            parts.append(
                Markup.text(x(severity), top + height + 14, String(format: "%g", severity), anchor: "middle"))
        }
        return parts
    }

    /// The kinds of corruption with their lines, two in a row, and chance.
    private var legend: [String] {
        let kinds = lines.map(\.kind) + ["chance"]
        return kinds.enumerated().map { index, kind in
            let (x, y) = (index % 2 == 0 ? 8 : second, top + height + 44 + 15 * Double(index / 2))
            let place = Markup.attributes(["x1": x, "x2": x + 18, "y1": y, "y2": y])
            let stroke = Self.strokes[index % Self.strokes.count]
            let line =
                index < lines.count
                ? "<line \(stroke.tone.drawn)\(stroke.dashes) \(place)/>"
                : "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"1 3\" \(place)/>"
            return line + Markup.text(x + 23, y + 4, kind)
        }
    }
}
