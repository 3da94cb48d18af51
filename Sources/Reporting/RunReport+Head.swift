import Foundation

extension RunReport {
    /// The first screen: the question, the answer in three sentences, and what to distrust.
    var head: String {
        guard let last = run.representative?.scores ?? run.scores.last?.scores else { return "<h1>Run</h1>" }
        let answers = [performance(last), transfers, sharing(last)].filter { !$0.isEmpty }
        return """
            <h1>\(Markup.escaped(last.suite))</h1>
            <p class="sum">\(question(last))</p>
            <ul class="answer">\(answers.map { "<li>\($0)</li>" }.joined())</ul>
            <div class="doubt"><h2>What to distrust</h2><ul>\(doubts(last).map { "<li>\($0)</li>" }.joined())</ul></div>
            """
    }

    private func question(_ result: ReportedRun.Scores) -> String {
        guard result.tasks.count == 1, let task = result.tasks.keys.first else {
            return "Can one model learn these tasks together, and which modalities should share its parameters?"
        }
        return "Can \(Markup.escaped(task)) be predicted from these data?"
    }

    /// The number of streams of all tasks; `nil` if unknown.
    private var streams: Int? { run.model?.tasks.map(\.modalities.count).reduce(0, +) }

    private func performance(_ result: ReportedRun.Scores) -> String {
        let tasks = result.tasks.sorted { $0.key < $1.key }.compactMap { name, task -> (Double, String)? in
            guard let metric = task.metrics.first, let value = task.scores.metrics[metric] ?? nil else { return nil }
            let interval = Self.interval(task).map { ", 95 % \($0)" } ?? ""
            let chance = task.chance[metric] ?? 0
            let text = "\(name) (\(metric) \(Markup.number(value))\(interval); chance \(Markup.number(chance)))"
            return ((value - chance) / max(1e-9, 1 - chance), Markup.escaped(text))
        }
        guard let best = tasks.max(by: { $0.0 < $1.0 }), let worst = tasks.min(by: { $0.0 < $1.0 }) else { return "" }
        let score =
            result.score.map {
                ", \(Int((100 * $0).rounded())) % of the way from chance to perfect\(tasks.count == 1 ? "" : " on average")"
            } ?? ""
        let count = "\(tasks.count) task\(tasks.count == 1 ? "" : "s")"
        let range = tasks.count == 1 ? best.1 : "from \(worst.1) to \(best.1)"
        return "A model of \(Markup.count(result.parameters)) parameters predicts \(count)\(score): \(range)."
    }

    private var transfers: String {
        guard let matrix = run.matrices.first?.matrix, let counts = Self.count(matrix), counts.all > 0 else {
            if run.scores.count > 1 { return "" }
            return streams == 1
                ? "The task has one modality, so there is nothing to share."
                : "Heterogeneity was not measured, so one encoder serves all modalities."
        }
        return
            "Of \(counts.all) transfers between streams, \(counts.harm) harm and \(counts.help) help by more than two "
            + "standard errors; about \(counts.expected) of each would be expected by chance."
    }

    private func sharing(_ last: ReportedRun.Scores) -> String {
        guard let groups = run.groups, let first = run.scores.first, first.stage == "stage1",
            let second = run.scores.first(where: { $0.stage == "stage2" })?.scores
        else { return "" }
        return
            "With \(parts(groups)) instead of one\(groups.crossmodal.isEmpty ? "" : " of each"), "
            + "the suite score is \(Markup.number(second.score)) instead of \(Markup.number(first.scores.score)), with "
            + "\(Markup.count(second.parameters)) instead of \(Markup.count(first.scores.parameters)) parameters."
    }

    private func parts(_ groups: ReportedRun.Groups) -> String {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let encoders = count(groups.encoders.count, "encoder")
        return groups.crossmodal.isEmpty
            ? encoders : "\(encoders) and \(count(groups.crossmodal.count, "crossmodal block"))"
    }

    private func doubts(_ result: ReportedRun.Scores) -> [String] {
        var doubts = [
            "One seed does not show the variation between seeds: train others and compare them with evaluate."
        ]
        let small = result.tasks.filter { $0.value.scores.samples < 100 }.sorted { $0.key < $1.key }
        if !small.isEmpty {
            let names = small.map { "\($0.key) (\($0.value.scores.samples))" }.joined(separator: ", ")
            doubts.append("Few test samples: \(Markup.escaped(names)).")
        }
        let overconfident = (run.details?.tasks ?? [:]).sorted { $0.key < $1.key }.compactMap { name, task in
            task.calibrationError.flatMap { $0 > 0.1 ? "\(name) (\(Markup.number($0, decimals: 2)))" : nil }
        }
        if !overconfident.isEmpty {
            doubts.append(
                "Probabilities are off by more than 0.1 on average: "
                    + "\(Markup.escaped(overconfident.joined(separator: ", "))).")
        }
        let unknown = Set(run.matrices.flatMap { $0.matrix.unknown ?? [] }).sorted()
        if !unknown.isEmpty {
            doubts.append(
                "Nothing is known about the heterogeneity of \(Markup.escaped(unknown.joined(separator: ", "))).")
        }
        return doubts + (result.notes ?? []).map(Markup.escaped)
    }

    /// Returns the 95 % interval of Wilson for the accuracy of a task; `nil` for other metrics.
    static func interval(_ task: ReportedRun.Scores.Task) -> String? {
        guard task.metrics.first == "accuracy", let share = task.scores.metrics["accuracy"] ?? nil,
            task.scores.samples > 0
        else { return nil }
        let (n, z) = (Double(task.scores.samples), 1.96)
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return "\(Markup.number(max(0, centre - half)))–\(Markup.number(min(1, centre + half)))"
    }
}
