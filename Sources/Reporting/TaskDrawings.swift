import Foundation

/// The drawings of one task's predictions on the test split.
struct TaskDrawings {
    let name: String
    let details: ReportedRun.Details.Task
    /// The scores of the task; `nil` if unknown.
    var scores: ReportedRun.Scores.Task?

    /// The scores of the members of every group, by group.
    var members: [(group: String, drawing: Drawing)] {
        let metric = scores?.metrics.first ?? "score"
        return (details.groups ?? [:]).sorted { $0.key < $1.key }.compactMap { group, members in
            MemberDrawing(
                task: name, group: group, metric: metric, whole: scores?.scores.metrics[metric] ?? nil,
                members: members
            ).drawing.map { (group, $0) }
        }
    }

    /// The counts by true and predicted class; `nil` without classes.
    var confusion: Drawing? {
        guard let counts = details.confusion, !counts.isEmpty else { return nil }
        let classes = details.classes ?? []
        let names = counts.indices.map { classes.indices.contains($0) ? classes[$0] : "\($0)" }
        let widest = counts.joined().map { Markup.width("\($0)") }.max() ?? 0
        let size = counts.count > 30 ? 14.0 : max(counts.count > 12 ? 20 : 30, widest + 4)
        // Names that fit are the headings of columns; otherwise numbers stand for them.
        let areShort = names.allSatisfy { Markup.width($0) <= size }
        let rows = areShort ? names : names.enumerated().map { "\($1) \($0 + 1)" }
        let heading = areShort ? "predicted →" : "predicted, by number →"
        let left = 30 + (rows.map(Markup.width).max() ?? 0)
        let side = Double(counts.count) * size
        var parts = [
            Markup.text(left, 12, heading),
            "<text text-anchor=\"middle\" transform=\"translate(10 \(Markup.place(22 + side / 2))) rotate(-90)\">true</text>",
        ]
        for (row, line) in counts.enumerated() {
            let y = 30 + Double(row) * size
            let total = max(1, line.reduce(0, +))
            parts.append(Markup.text(left - 6, y + size / 2 + 4, rows[row], anchor: "end"))
            let column = areShort ? names[row] : "\(row + 1)"
            parts.append(Markup.text(left + (Double(row) + 0.5) * size, 26, column, anchor: "middle"))
            for (column, count) in line.enumerated() {
                let x = left + Double(column) * size
                parts.append(
                    "<rect class=\"cell\" fill=\"#1f6fb4\" "
                        + Markup.attributes(["x": x, "y": y, "width": size - 1, "height": size - 1])
                        + " fill-opacity=\"\(Markup.number(0.6 * Double(count) / Double(total), decimals: 2))\">"
                        + "<title>\(Markup.escaped("\(names[row]) as \(names[column]): \(count)"))</title></rect>")
                if size >= 20, count > 0 {
                    parts.append(Markup.text(x + size / 2, y + size / 2 + 4, "\(count)", anchor: "middle"))
                }
            }
        }
        return Drawing(
            width: max(left + side + 10, left + Markup.width(heading)), height: 36 + side,
            content: parts.joined(separator: "\n"), label: "confusion matrix of \(name)")
    }

    private let side = 170.0
    private typealias Tick = (place: Double, text: String)

    /// Returns the left edge of a frame, with room for the texts beside it.
    private func origin(_ ticks: [Tick]) -> Double { 24 + (ticks.map { Markup.width($0.text) }.max() ?? 0) }

    private func frame(_ ticks: [Tick], x label: String, y other: String) -> [String] {
        let origin = origin(ticks)
        var parts = [
            "<rect class=\"grid\" fill=\"none\" stroke=\"#d5dae3\" "
                + Markup.attributes(["x": origin, "y": 10, "width": side, "height": side]) + "/>",
            "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"3 3\" "
                + Markup.attributes(["x1": origin, "x2": origin + side, "y1": 10 + side, "y2": 10]) + "/>",
            Markup.text(origin + side / 2, side + 40, label, anchor: "middle"),
            "<text text-anchor=\"middle\" transform=\"translate(10 \(Markup.place(10 + side / 2))) rotate(-90)\">"
                + "\(Markup.escaped(other))</text>",
        ]
        for tick in ticks {
            parts.append(Markup.text(origin + side * tick.place, side + 24, tick.text, anchor: "middle"))
            parts.append(Markup.text(origin - 4, 14 + side * (1 - tick.place), tick.text, anchor: "end"))
        }
        return parts
    }

    /// The accuracy by confidence; `nil` for regression.
    var reliability: Drawing? {
        guard let bins = details.reliability, !bins.isEmpty else { return nil }
        let most = Double(max(1, bins.map(\.count).max() ?? 1))
        let ticks: [Tick] = [(0, "0"), (0.5, "0.5"), (1, "1")]
        let origin = origin(ticks)
        var parts = frame(ticks, x: "confidence", y: "accuracy")
        for bin in bins {
            let place = Markup.attributes([
                "cx": origin + side * bin.confidence, "cy": 10 + side * (1 - bin.accuracy),
                "r": 3 + 6 * (Double(bin.count) / most).squareRoot(),
            ])
            parts.append(
                "<circle \(place) \(Tone.under.filled()) fill-opacity=\"0.8\"><title>\(bin.count) samples: confidence "
                    + "\(Markup.number(bin.confidence)), accuracy \(Markup.number(bin.accuracy))</title></circle>")
        }
        let error = Markup.number(details.calibrationError)
        return Drawing(
            width: origin + side + 20, height: side + 48, content: parts.joined(separator: "\n"),
            label: "reliability of \(name): expected calibration error \(error)")
    }

    /// Predicted against true values; `nil` unless the task is a regression.
    var regression: Drawing? {
        guard let pairs = details.regression, !pairs.isEmpty else { return nil }
        let values = pairs.joined().filter(\.isFinite)
        guard let low = values.min(), let high = values.max(), high > low else { return nil }
        func share(_ value: Double) -> Double { (value - low) / (high - low) }
        let ticks: [Tick] = [0, 0.5, 1].map { ($0, Self.short(low + $0 * (high - low))) }
        let origin = origin(ticks)
        var parts = frame(ticks, x: "true value", y: "predicted value")
        for pair in pairs where pair.allSatisfy(\.isFinite) {
            let place = Markup.attributes([
                "cx": origin + side * share(pair[0]), "cy": 10 + side * (1 - share(pair[1])),
            ])
            parts.append("<circle \(place) r=\"2\" \(Tone.under.filled()) fill-opacity=\"0.6\"/>")
        }
        return Drawing(
            width: origin + side + 24, height: side + 48, content: parts.joined(separator: "\n"),
            label: "predicted against true values of \(name)")
    }

    private static func short(_ value: Double) -> String { String(format: "%.3g", value) }

    /// The worth of the modalities; `nil` for one modality.
    var worth: Drawing? {
        guard let worth = details.modalities, !worth.isEmpty else { return nil }
        let rows = worth.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let left = 10 + (rows.map { Markup.width($0.key) }.max() ?? 0)
        let (low, high) = (min(0, rows.map(\.value).min() ?? 0), max(0.05, rows.map(\.value).max() ?? 1))
        func x(_ value: Double) -> Double { left + 150 * (value - low) / (high - low) }
        let parts = rows.enumerated().map { index, row in
            let y = 4 + Double(index) * 20
            let box = Markup.attributes([
                "x": min(x(0), x(row.value)), "y": y, "width": abs(x(row.value) - x(0)), "height": 12,
            ])
            return Markup.text(left - 6, y + 11, row.key, anchor: "end")
                + "<rect \(box) \((row.value >= 0 ? Tone.under : .over).filled())/>"
                + Markup.text(max(x(0), x(row.value)) + 5, y + 11, Markup.number(row.value, decimals: 2))
        }
        return Drawing(
            width: left + 150 + 48, height: Double(rows.count) * 20 + 6, content: parts.joined(separator: "\n"),
            label: "what the modalities of \(name) are worth")
    }
}
