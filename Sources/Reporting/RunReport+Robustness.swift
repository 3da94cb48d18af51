extension RunReport {
    /// The scores under noise and without modalities, or the commands that measure them; empty
    /// before the run is scored.
    var robustness: String {
        guard run.representative != nil else { return "" }
        let curves = noiseDrawings.map(\.drawing.html)
        let noise =
            curves.isEmpty
            ? ""
            : """
            <p>Scores on the test splits when all inputs are corrupted, from severity 0 (unchanged) to 1. Noise has a \
            standard deviation of the severity; for the other kinds, it is the share of values, tokens or modalities that \
            are hit.\(untouched)</p><div class="many">\(curves.joined(separator: "\n"))</div>
            """
        let missing = [
            run.robustness == nil ? "--robustness" : nil, run.costs == nil && mayLack ? "--each-without" : nil,
        ].compactMap { $0 }.map { "<code>highmmt evaluate RUN \($0)</code>" }
        let advice =
            missing.isEmpty
            ? ""
            : "<p>Not measured yet: \(missing.joined(separator: " and ")), then <code>highmmt report RUN</code>.</p>"
        return noise + costs(run.costs?.rows ?? []) + advice
    }

    /// True if the model was trained without some modality of a task that has several.
    private var mayLack: Bool {
        (run.model?.tasks ?? []).contains { task in
            task.modalities.count > 1 && !(run.model?.records[task.name]?.absentable ?? []).isEmpty
        }
    }

    private var untouched: String {
        let tasks = Set((run.robustness?.curves ?? []).flatMap { $0.untouched ?? [] }).sorted()
        guard !tasks.isEmpty else { return "" }
        return
            " No modalities are dropped from \(Markup.escaped(tasks.joined(separator: ", "))), because the model was never "
            + "trained without them."
    }

    /// Task, or the suite score → its scores by severity.
    var noiseDrawings: [(task: String, drawing: Drawing)] {
        guard let robustness = run.robustness else { return [] }
        typealias Curve = ReportedRobustness.Curve
        func drawing(_ name: String, _ metric: String, _ chance: Double?, _ values: (Curve) -> [Double?]) -> Drawing? {
            let lines = robustness.curves.map { curve in
                (curve.kind, curve.untouched?.contains(name) ?? false ? [] : values(curve))
            }
            return CurveDrawing(
                task: name, metric: metric, chance: chance, severities: robustness.severities, lines: lines
            ).drawing
        }
        let tasks = robustness.metrics.sorted { $0.key < $1.key }.map { name, metric in
            let chance = run.representative?.scores.tasks[name]?.chance[metric]
            return (name, drawing(name, metric, chance) { $0.tasks[name] ?? [] })
        }
        let suite = ("suite", drawing("suite score", "mean over tasks", 0) { $0.score })
        return ((tasks.count > 1 ? [suite] : []) + tasks).compactMap { name, drawing in
            drawing.map { (name, $0) }
        }
    }

    private func costs(_ rows: [ReportedCosts.Row]) -> String {
        guard !rows.isEmpty else { return "" }
        let cells = rows.map { row in
            [row.task, row.modality, row.metric]
                + [row.all, row.without, row.cost, row.only, row.chance].map { Markup.number($0) }
                + [row.isOnlyModality ? "its only modality" : row.isIndispensable ? "never missing in training" : ""]
        }
        return """
            <h3>Without each modality</h3><p>Scores on the test splits without each modality and with it alone. The cost is \
            positive where the modality helps.</p>
            \(Markup.table(["task", "modality", "metric", "with all", "without", "cost", "alone", "chance", ""], cells))
            """
    }
}
