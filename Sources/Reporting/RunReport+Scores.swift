extension RunReport {
    /// The scores of all stages, as a drawing and a table; empty before the run is scored.
    var scores: String {
        guard let drawing = scoreDrawing else { return "" }
        let represented = run.representative?.scores.tasks ?? [:]
        var rows: [[String]] = []
        for name in taskNames {
            let tasks = run.scores.map { $0.scores.tasks[name] }
            guard let task = tasks.compactMap({ $0 }).last, let metric = task.metrics.first else { continue }
            let values = tasks.map { Markup.number($0?.scores.metrics[metric] ?? nil) }
            rows.append(
                [name, metric, Markup.number(task.chance[metric])] + values
                    + [represented[name].flatMap(Self.interval) ?? "–", "\(task.scores.samples)"])
        }
        rows.append(["suite score", "", "0.000"] + run.scores.map { Markup.number($0.scores.score) } + ["–", ""])
        return """
            <p>Scored on the \(Markup.escaped(run.scores[0].scores.split)) splits. Each bar starts at chance, the score of the \
            best prediction that ignores the inputs, and ends at the score of the last stage. Circles mark the stages, from pale \
            (first) to dark (last). The suite score is the mean over tasks of (score − chance) / (1 − chance). Intervals are \
            those of \(run.representative?.stage ?? "the last stage"), over samples, not over seeds.</p>
            \(drawing.html)
            \(Markup.table(["task", "metric", "chance"] + run.scores.map(\.stage) + ["95 % interval", "samples"], rows))
            """
    }

    private var taskNames: [String] { Set(run.scores.flatMap(\.scores.tasks.keys)).sorted() }

    /// The scores between chance and 1; `nil` before the run is scored.
    var scoreDrawing: Drawing? {
        guard !run.scores.isEmpty else { return nil }
        let left = 12 + (taskNames.map(Markup.width).max() ?? 0)
        var parts: [String] = []
        for (row, name) in taskNames.enumerated() {
            let tasks = run.scores.map { $0.scores.tasks[name] }
            guard let task = tasks.compactMap({ $0 }).first, let metric = task.metrics.first else { continue }
            let values = tasks.map { $0?.scores.metrics[metric] ?? nil }
            parts.append(mark(row: row, name, left: left, chance: task.chance[metric], values))
        }
        let height = Double(taskNames.count) * 20 + 22
        parts += [0, 0.25, 0.5, 0.75, 1].map { Markup.text(left + 260 * $0, height - 4, "\($0)", anchor: "middle") }
        return Drawing(
            width: left + 276, height: height, content: parts.joined(separator: "\n"),
            label: "scores between chance and 1")
    }

    private func mark(row: Int, _ name: String, left: Double, chance: Double?, _ values: [Double?]) -> String {
        let y = Double(row) * 20 + 10
        func x(_ value: Double) -> Double { left + 260 * min(1, max(0, value)) }
        let (from, to) = (x(chance ?? 0), x((values.last ?? nil) ?? chance ?? 0))
        let bar =
            "<rect " + Markup.attributes(["x": min(from, to), "y": y - 4, "width": abs(to - from), "height": 8])
            + " \((to >= from ? Tone.under : .over).filled()) fill-opacity=\"0.3\"/>"
        let dots = values.enumerated().compactMap { index, value in
            value.map {
                "<circle \(Markup.attributes(["cx": x($0), "cy": y])) r=\"4\" \(Tone.under.filled()) "
                    + "fill-opacity=\"\(Markup.number(Double(index + 1) / Double(values.count), decimals: 2))\">"
                    + "<title>\(Markup.escaped(name)): \(Markup.number($0))</title></circle>"
            }
        }
        return Markup.text(left - 8, y + 4, name, anchor: "end") + bar + dots.joined()
    }
}
