extension RunReport {
    /// The predictions of every task in detail; empty without `details.json`.
    var predictions: String {
        let tasks = taskDrawings
        guard !tasks.isEmpty else { return "" }
        let parts = tasks.map { task in
            let drawings = [
                ("Confusion: samples by true and predicted class", task.confusion),
                (
                    "Reliability: accuracy by confidence; expected calibration error \(Markup.number(task.details.calibrationError))",
                    task.reliability
                ),
                ("Predicted against true values", task.regression),
                ("Residuals: samples by predicted minus true value", task.residuals),
                (
                    "What each modality is worth: the increase of the validation loss without it, relative to chance",
                    task.worth
                ),
            ]
            let byMember = task.members.map { group, drawing in
                (
                    "Scores by \(Markup.escaped(group)), with the number of samples; the dashed line is the score of all",
                    Optional(drawing)
                )
            }
            let figures = (drawings + byMember).compactMap { caption, drawing in
                drawing.map { "<figure><figcaption>\(caption)</figcaption>\($0.html)</figure>" }
            }
            return "<h3>\(Markup.escaped(task.name))</h3><div class=\"row\">\(figures.joined(separator: "\n"))</div>"
                + classes(task.details) + labels(task.details) + members(task.details)
        }
        return """
            <p>The predictions of the last stage on the test splits. The worth of a modality is measured by giving each \
            validation sample that of another sample.</p>
            \(parts.joined(separator: "\n"))
            """
    }

    /// The drawings of every task with details, sorted by name.
    var taskDrawings: [TaskDrawings] {
        (run.details?.tasks ?? [:]).sorted { $0.key < $1.key }.map {
            TaskDrawings(name: $0.key, details: $0.value, scores: run.representative?.scores.tasks[$0.key])
        }
    }

    /// Returns the scores of every class.
    private func classes(_ task: ReportedRun.Details.Task) -> String {
        guard let counts = task.confusion, let names = task.classes, names.count == counts.count else { return "" }
        let rows = counts.indices.map { index in
            let (hits, present) = (counts[index][index], counts[index].reduce(0, +))
            let claimed = counts.reduce(0) { $0 + $1[index] }
            func share(_ whole: Int) -> String { Markup.number(whole > 0 ? Double(hits) / Double(whole) : nil) }
            return [names[index], "\(present)", share(present), share(claimed)]
        }
        return "<details><summary>Scores by class</summary>"
            + Markup.table(["class", "samples", "recall", "precision"], rows) + "</details>"
    }

    /// Returns the scores of every label at a probability of 0.5.
    private func labels(_ task: ReportedRun.Details.Task) -> String {
        guard let counts = task.labels, let names = task.classes, names.count == counts.count else { return "" }
        let rows = zip(names, counts).map { name, counts in
            let (hits, wrong, missed) = (counts[0], counts[1], counts[2])
            func share(_ whole: Int) -> String { Markup.number(whole > 0 ? Double(hits) / Double(whole) : nil) }
            return [name, "\(hits + missed)", share(hits + missed), share(hits + wrong)]
        }
        return "<details><summary>Scores by label</summary>"
            + Markup.table(["label", "samples", "recall", "precision"], rows) + "</details>"
    }

    /// Returns the scores of the members of every group.
    private func members(_ task: ReportedRun.Details.Task) -> String {
        (task.groups ?? [:]).sorted { $0.key < $1.key }.map { group, members in
            let rows = members.map { [$0.title, "\($0.samples)", Markup.number($0.score)] }
            return "<details><summary>Scores by \(Markup.escaped(group))</summary>"
                + Markup.table([group, "samples", "score"], rows) + "</details>"
        }.joined()
    }
}
