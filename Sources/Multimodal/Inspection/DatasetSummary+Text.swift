import Foundation

extension DatasetSummary: CustomStringConvertible {
    /// The summary as lines of text, for a terminal.
    public var description: String {
        var lines = ["\(name) · \(folder)"]
        for (label, text) in [("source", source), ("licence", licence), ("cite", citation)] {
            if let text { lines.append("  \(Self.padded(label, 8))\(text)") }
        }
        let counts = Split.allCases.map { "\($0.rawValue) \(rows[$0.rawValue, default: 0])" }
        lines.append("  \(Self.padded("rows", 8))\(counts.joined(separator: ", "))")
        lines.append("modalities")
        let width = (modalities.map(\.name.count) + targets.map(\.name.count)).max() ?? 0
        for modality in modalities {
            let axes = modality.axes.map(String.init).joined(separator: "×")
            lines.append(
                "  \(Self.padded(modality.name, width))  \(modality.kind.rawValue), \(axes) tokens × \(modality.channels)"
            )
            for split in Split.allCases {
                guard let values = modality.splits[split.rawValue] else { continue }
                lines.append("    \(Self.padded(split.rawValue, 6))\(Self.line(values))")
            }
        }
        lines.append("targets")
        for target in targets {
            let chance = target.kind == .regression ? "R²" : "accuracy"
            lines.append(
                "  \(Self.padded(target.name, width))  \(target.kind.rawValue), "
                    + (target.classes.isEmpty ? "\(target.mean.count) numbers" : "\(target.classes.count) classes")
                    + ", chance \(chance) \(Self.shown(target.chance))"
            )
            lines += Self.balance(target)
        }
        for repetition in repetitions {
            lines.append(
                "warning: \(repetition.rows) rows of \(repetition.split.rawValue) are also in \(repetition.earlier.rawValue)"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static let shownClasses = 30

    private static func balance(_ target: Target) -> [String] {
        if target.kind == .regression {
            return zip(target.mean, target.deviation).map { "    mean \(shown($0)), deviation \(shown($1))" }
        }
        let names = target.classes.prefix(shownClasses)
        let width = names.map(\.count).max() ?? 0
        var lines = names.enumerated().map { index, name in
            let counts = Split.allCases.map { "\($0.rawValue) \(target.counts[$0.rawValue]?[index] ?? 0)" }
            return "    \(padded(name, width))  \(counts.joined(separator: ", "))"
        }
        if target.classes.count > shownClasses { lines.append("    and \(target.classes.count - shownClasses) more") }
        return lines
    }

    private static func line(_ values: Values) -> String {
        var parts: [String] = []
        if let minimum = values.minimum, let maximum = values.maximum, let mean = values.mean,
            let deviation = values.deviation
        {
            parts.append("\(shown(minimum)) … \(shown(maximum)), mean \(shown(mean)), deviation \(shown(deviation))")
        }
        if values.missingRows > 0 { parts.append("\(shown(100 * values.missingRows)) % of rows lack it") }
        if values.maskedTokens > 0 { parts.append("\(shown(100 * values.maskedTokens)) % of tokens masked") }
        return parts.joined(separator: "; ")
    }

    private static func shown(_ value: Double) -> String { String(format: "%.4g", value) }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
