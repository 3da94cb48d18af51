import Foundation
import Multimodal

extension DatasetSummary {
    /// Returns the summary as lines of text for a terminal.
    func text(_ style: SketchStyle) -> String {
        var lines = ["\(name) \(style.plain("·")) \(folder)"]
        for (label, text) in [("source", source), ("licence", licence), ("cite", citation)] {
            if let text { lines.append("  \(Self.padded(label, 8))\(text)") }
        }
        lines.append("  \(Self.padded("rows", 8))\(Self.counts(rows))")
        let width = (modalities.map(\.name) + targets.map(\.name) + groups.map(\.name)).map(\.count).max() ?? 0
        lines.append("modalities")
        for modality in modalities { lines += Self.lines(modality, width, style) }
        lines.append("targets")
        for target in targets { lines += Self.lines(target, width, style) }
        if !groups.isEmpty { lines.append("groups") }
        for group in groups {
            let promise = group.disjoint ? "declared as disjoint between splits" : "may be in several splits"
            lines.append(
                "  \(Self.padded(group.name, width))  \(group.total) in total: \(Self.counts(group.members)); \(promise)"
                    + (group.description.map { "; \($0)" } ?? ""))
        }
        return (lines + warnings).joined(separator: "\n")
    }

    /// One line for each kind of leakage between splits, which makes test scores too good, and for
    /// each finding.
    private var warnings: [String] {
        repetitions.map { repetition in
            let rows = repetition.rows == 1 ? "1 row of" : "\(repetition.rows) rows of"
            let subject = repetition.modality.map { "\($0) in \(rows) \(repetition.split.rawValue)" }
            let verb = repetition.rows == 1 || repetition.modality != nil ? "is" : "are"
            let place =
                repetition.split == repetition.earlier ? "there twice" : "also in \(repetition.earlier.rawValue)"
            return "warning: \(subject ?? "\(rows) \(repetition.split.rawValue)") \(verb) \(place)"
        }
            + findings.map { "warning: \($0.subject): \($0.text)" }
            + groups.flatMap { group in
                group.overlaps.map {
                    let members = $0.members == 1 ? "\(group.name) is" : "\(group.name)s are"
                    return "warning: \($0.members) \(members) in \($0.earlier.rawValue) and \($0.split.rawValue)"
                }
            }
    }

    private static let shownClasses = 30
    private static let barWidth = 20

    private static func lines(_ modality: Modality, _ width: Int, _ style: SketchStyle) -> [String] {
        let axes = modality.axes.map(String.init).joined(separator: "×")
        let tokens = (modality.axes.count > 1 ? "\(axes) = " : "") + number(modality.tokens, "token")
        var lines = [
            "  \(padded(modality.name, width))  \(modality.kind.rawValue), "
                + style.plain("\(tokens) × \(number(modality.channels, "channel"))")
        ]
        if let text = modality.description { lines.append("    \(text)") }
        for split in Split.allCases {
            guard let values = modality.splits[split.rawValue] else { continue }
            lines.append("    \(padded(split.rawValue, 6))\(style.plain(line(values)))")
        }
        if let sketch = modality.sketch { lines += Self.lines(sketch, style) }
        return lines
    }

    private static func lines(_ target: Target, _ width: Int, _ style: SketchStyle) -> [String] {
        let chance = target.kind == .regression ? "R²" : "accuracy"
        let outputs = target.classes.isEmpty ? number(target.mean.count, "number") : "\(target.classes.count) classes"
        var lines = [
            "  \(padded(target.name, width))  \(target.kind.rawValue), "
                + style.plain("\(outputs), chance \(chance) \(shown(target.chance))")
        ]
        if target.kind == .regression {
            for (place, (mean, deviation)) in zip(target.mean, target.deviation).enumerated() {
                lines.append("    mean \(shown(mean)), standard deviation \(shown(deviation))")
                if target.histograms.indices.contains(place) {
                    lines += Self.lines(target.histograms[place], style)
                }
            }
            return lines
        }
        let names = target.classes.prefix(shownClasses)
        let longest = names.map(\.count).max() ?? 0
        let train = target.counts[Split.train.rawValue] ?? []
        let most = Double(max(1, train.max() ?? 1))
        for (index, name) in names.enumerated() {
            let length = (Double(train[index]) / most * Double(barWidth)).rounded()
            let bar = padded(
                String(repeating: style.block, count: train[index] > 0 ? max(1, Int(length)) : 0), barWidth)
            lines.append("    \(padded(name, longest))  \(bar)  \(counts(target.counts.mapValues { $0[index] }))")
        }
        if target.classes.count > shownClasses { lines.append("    and \(target.classes.count - shownClasses) more") }
        return lines
    }

    private static func lines(_ sketch: Sketch, _ style: SketchStyle) -> [String] {
        let range = style.plain("\(shown(sketch.lowest)) … \(shown(sketch.highest))")
        let drawn = sketch.lines(style)
        switch sketch.form {
        case .line: return ["    \(drawn.joined())  \(sketch.subject), \(range)"]
        case .histogram: return ["    |\(drawn.joined())|  \(sketch.subject), \(range)"]
        case .picture: return drawn.map { "    " + $0 } + ["    \(sketch.subject)"]
        case .heatMap:
            return drawn.map { "    " + $0 } + ["    \(sketch.subject), time to the right, first channel below"]
        }
    }

    private static func line(_ values: Values) -> String {
        var parts: [String] = []
        if let minimum = values.minimum, let maximum = values.maximum, let mean = values.mean,
            let deviation = values.deviation
        {
            parts.append(
                "\(shown(minimum)) … \(shown(maximum)), mean \(shown(mean)), standard deviation \(shown(deviation))")
        }
        if values.missingRows > 0 { parts.append("\(percent(values.missingRows)) of rows lack it") }
        if values.maskedTokens > 0 {
            parts.append("\(percent(values.maskedTokens)) of tokens masked, in \(percent(values.maskedRows)) of rows")
        }
        return parts.joined(separator: "; ")
    }

    private static func counts(_ counts: [String: Int]) -> String {
        Split.allCases.map { "\($0.rawValue) \(counts[$0.rawValue, default: 0])" }.joined(separator: ", ")
    }

    private static func percent(_ share: Double) -> String { "\(shown(100 * share)) %" }

    private static func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func shown(_ value: Double) -> String { String(format: "%.4g", value) }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
